/**
 * The meaning of unquoted scalars, as the Go YAML reader of Dagu 1.30 has it: a mixture of YAML 1.1 and 1.2.
 * `yes`, `1e3`, `089` and dates are texts; `0777`, `0o17`, `0b101`, `1_000` and `0x1F` are integers.
 */

export type ScalarType = "null" | "bool" | "int" | "float" | "string";

export interface ScalarValue {
  readonly type: ScalarType;
  /** The value as text: what a variable holds that is set to it. */
  readonly text: string;
}

const WORDS: ReadonlyMap<string, ScalarValue> = words([
  ["null", "", ["", "~", "null", "Null", "NULL"]],
  ["bool", "true", ["true", "True", "TRUE"]],
  ["bool", "false", ["false", "False", "FALSE"]],
  ["float", "+Inf", [".inf", ".Inf", ".INF"]],
  ["float", "-Inf", ["-.inf", "-.Inf", "-.INF"]],
  ["float", "NaN", [".nan", ".NaN", ".NAN"]],
]);

function words(
  rows: readonly (readonly [ScalarType, string, readonly string[]])[],
): Map<string, ScalarValue> {
  return new Map(rows.flatMap(([type, text, spellings]) => spellings.map((word) => [word, { type, text }])));
}

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 64n - 1n;

/** The value of an unquoted scalar. */
export function resolveScalar(source: string): ScalarValue {
  const word = WORDS.get(source);
  if (word) return word;
  const first = source.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  return (numeric ? resolveNumber(source) : null) ?? { type: "string", text: source };
}

function resolveNumber(source: string): ScalarValue | null {
  const negative = source.startsWith("-");
  const digits = source.replace(/^[+-]/, "").replaceAll("_", "");
  if (/^0x[0-9a-fA-F]+$/.test(digits)) return integer(digits, negative);
  if (/^0o[0-7]+$/.test(digits)) return integer(digits, negative);
  if (/^0b[01]+$/.test(digits)) return integer(digits, negative);
  if (/^0[0-7]+$/.test(digits)) return integer(`0o${digits.slice(1)}`, negative);
  if (/^(?:0|[1-9][0-9]*)$/.test(digits)) return integer(digits, negative);
  if (/^(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(digits)) {
    const value = Number(negative ? `-${digits}` : digits);
    return Number.isFinite(value) ? { type: "float", text: floatText(value) } : null;
  }
  return null;
}

function integer(digits: string, negative: boolean): ScalarValue | null {
  if (digits.length < 15) {
    const small = Number(digits);
    return { type: "int", text: String(negative && small !== 0 ? -small : small) };
  }
  const value = negative ? -BigInt(digits) : BigInt(digits);
  return value < MIN_INT || value > MAX_INT ? null : { type: "int", text: String(value) };
}

/** The shortest text of a float: with an exponent, of at least two digits, below 1e-4 and from 1e6 on. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
