/** Durations as people write them. */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Units that Go knows: `d` and `w` are ours. */
const GO_UNITS = ["ns", "us", "µs", "ms", "s", "m", "h"];

/**
 * Milliseconds of `30s`, `1h30m`, `1.5h` or `0`; undefined for anything else.
 * @param more units beyond `ns` to `h` that are allowed as well
 */
export function parseDuration(text: string, more: readonly ("d" | "w")[] = []): number | undefined {
  if (text === "0") return 0;
  const part = `(\\d+(?:\\.\\d*)?)(${[...GO_UNITS, ...more].join("|")})`;
  if (!new RegExp(`^(?:${part})+$`).test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(new RegExp(part, "g"))) sum += Number(amount) * UNITS[unit!]!;
  return Number.isFinite(sum) ? sum : undefined;
}
