/** JSON whose integers keep all their digits, and the text form in which a JSON value becomes a variable. */

/** An integer that a double cannot hold. */
class BigInteger {
  constructor(readonly digits: string) {}
}

/**
 * Like JSON.parse, but integers beyond 2^53 become {@link BigInteger}.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value !== "number" || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
    const source = context?.source ?? "";
    return /^-?\d+$/.test(source) ? new BigInteger(source) : value;
  };
  return JSON.parse(text, reviver);
}

/** Compact JSON of a value that {@link parseJson} made. */
function stringifyJson(value: unknown): string {
  if (value instanceof BigInteger) return value.digits;
  if (Array.isArray(value)) return `[${value.map(stringifyJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) =>
    `${JSON.stringify(key)}:${stringifyJson(member)}`
  );
  return `{${members.join(",")}}`;
}

/** The text of a JSON value: scalars plain, null and undefined empty, lists and objects as compact JSON. */
export function jsonText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? stringifyJson(value) : String(value);
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof BigInteger);
}
