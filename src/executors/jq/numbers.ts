/** Makes numbers what a double can hold, written in the usual way: jq itself would keep the digits of the input. */

/** What may be written otherwise: exponents, trailing zeros, minus zero, more than 15 digits. */
const SUSPECT = /\d[eE]|\.\d*0(?!\d)|-0|\d{16}|\d\.\d{15}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** @param json a valid JSON text */
export function plainNumbers(json: string): string {
  if (!SUSPECT.test(json)) return json;
  return json.replace(TOKEN, (token) => token[0] === '"' ? token : plain(Number(token)));
}

/** The same for what jq printed: a number that no program touched has its exponent as `1E-7`. */
export function plainLiterals(printed: string): string {
  return /\dE[+-]?\d/.test(printed) ? plainNumbers(printed) : printed;
}

function plain(value: number): string {
  if (value === Infinity) return String(Number.MAX_VALUE);
  if (value === -Infinity) return String(-Number.MAX_VALUE);
  return Object.is(value, -0) ? "-0" : String(value);
}
