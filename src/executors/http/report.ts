/** How an answer is written to the log. */

type Header = readonly [name: string, value: string];

/** What concerns one connection only and says nothing about the answer. */
const HOP = ["connection", "keep-alive", "transfer-encoding"];

/** Status line, then one line a header in order of their names. */
export function headText(status: number, statusText: string, headers: readonly Header[]): string {
  const lines = sorted(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${status} ${statusText}\n${lines}`;
}

/**
 * The answer as one JSON object with keys in order. In silent mode only the body is in it.
 * @throws SyntaxError when the body is no JSON; an empty one counts as null
 */
export function jsonText(status: number, headers: readonly Header[], body: string, silent: boolean): string {
  const value = body.trim() === "" ? null : ordered(JSON.parse(body));
  if (silent) return JSON.stringify({ body: value }, null, 1);
  const lists: Record<string, string[]> = {};
  for (const [name, text] of sorted(headers)) (lists[name] ??= []).push(text);
  return JSON.stringify({ status_code: status, headers: lists, body: value }, null, 1);
}

/** Request or answer in one line each, secrets left out. */
export function debugText(title: string, headers: readonly Header[]): string {
  const lines = sorted(headers).map(([name, value]) =>
    `  ${name}: ${/authorization|cookie|token|key|secret/i.test(name) ? "***" : value}\n`
  );
  return `${title}\n${lines.join("")}`;
}

function sorted(headers: readonly Header[]): Header[] {
  return headers.filter(([name]) => !HOP.includes(name.toLowerCase()))
    .map(([name, value]): Header => [capitalized(name), value])
    .toSorted(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}

/** `content-type` -> `Content-Type`. */
function capitalized(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (part) => part.toUpperCase());
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, member]) => [key, ordered(member)]));
}
