/** What the loader of the compiled program says of a module that is no TypeScript: it shows its own values. */
const DIAGNOSTIC =
  /^JsErrorBox .*?\bpath: "((?:\\.|[^"\\])*)".*?\bstart: SourcePos\((\d+)\).*?\bkind: (\w+)(?: \{ got: "((?:\\.|[^"\\])*)")?.*?\btext: "((?:\\.|[^"\\])*)"/s;

/** The same in words, with the place; null for any other text. */
export function parseErrorText(text: string): string | null {
  const [whole, path = "", start = "", kind = "", got, source = ""] = DIAGNOSTIC.exec(text) ?? [];
  if (whole === undefined) return null;
  const before = new TextEncoder().encode(unescaped(source)).subarray(0, Number(start));
  const lines = new TextDecoder().decode(before).split("\n");
  const place = `${unescaped(path)}:${lines.length}:${lines.at(-1)!.length + 1}`;
  const what = got === undefined
    ? `This is no TypeScript (${kind})`
    : `Unexpected token \`${unescaped(got)}\``;
  return `SyntaxError: ${what} (${place})`;
}

/** A text in quotes as Rust writes it. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u\{([0-9a-f]+)\}|(.))/gs, (_, code, character) => {
    if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
    return { n: "\n", r: "\r", t: "\t", "0": "\0" }[character as string] ?? character;
  });
}
