/** Reads members of JSON that another program may have written: whatever has the wrong shape counts as absent. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function object(from: JsonObject, key: string): JsonObject | null {
  const value = from[key];
  return isObject(value) ? value : null;
}

export function text(from: JsonObject, key: string): string {
  const value = from[key];
  return typeof value === "string" ? value : "";
}

export function number(from: JsonObject, key: string, otherwise = 0): number {
  const value = from[key];
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

/** Without a fraction, and small enough to be told apart from its neighbours. */
export function whole(from: JsonObject, key: string, otherwise = 0): number {
  const value = from[key];
  return Number.isSafeInteger(value) ? value as number : otherwise;
}

/** Furthest instant that there is, Unix milliseconds. */
const LAST_TIME = 8.64e15;

/** Unix milliseconds, whole ones; 0 for whatever is no time. */
export function time(from: JsonObject, key: string): number {
  const at = Math.trunc(number(from, key));
  return at >= 0 && at <= LAST_TIME ? at : 0;
}

export function flag(from: JsonObject, key: string): boolean {
  return from[key] === true;
}

export function list(from: JsonObject, key: string): readonly unknown[] {
  const value = from[key];
  return Array.isArray(value) ? value : [];
}

export function objects(from: JsonObject, key: string): readonly JsonObject[] {
  return list(from, key).filter(isObject);
}

export function texts(from: JsonObject, key: string): readonly string[] {
  return list(from, key).filter((value): value is string => typeof value === "string");
}

export function numbers(from: JsonObject, key: string): readonly number[] {
  return list(from, key).filter((value): value is number => typeof value === "number");
}

/** Members that are scalars, as text. */
export function textMap(from: JsonObject, key: string): Readonly<Record<string, string>> {
  const map: Record<string, string> = {};
  for (const [name, value] of Object.entries(object(from, key) ?? {})) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      map[name] = String(value);
    }
  }
  return map;
}

/** Splits `K=V` at its first `=`. */
export function splitPair(pair: string): { readonly name: string; readonly value: string } {
  const at = pair.indexOf("=");
  return at < 0 ? { name: pair, value: "" } : { name: pair.slice(0, at), value: pair.slice(at + 1) };
}
