/**
 * Where a line of a script stands in the text of its definition, both counted from 1; null when that cannot be told.
 * Scripts are blocks in which every line has the same indentation.
 */
export function yamlPlace(
  source: string,
  script: string,
  line: number,
): { readonly line: number; readonly indent: number } | null {
  const lines = source.split(/\r?\n/);
  const wanted = script.replace(/\n+$/, "").split("\n");
  const found = lines.flatMap((_, at) => {
    const indent = indentAt(lines, wanted, at);
    return indent === null ? [] : [{ line: at + line, indent }];
  });
  return found.length === 1 ? found[0]! : null;
}

/** The indentation when the script begins at this line, null when it does not. */
function indentAt(lines: readonly string[], wanted: readonly string[], at: number): number | null {
  const first = wanted.findIndex((text) => text.trim() !== "");
  if (first < 0) return null;
  const indent = (lines[at + first] ?? "").indexOf(wanted[first]!);
  if (indent < 1 || lines[at + first]!.slice(0, indent).trim() !== "") return null;
  const margin = " ".repeat(indent);
  return wanted.every((text, index) => {
      const given = lines[at + index] ?? "";
      return text.trim() === "" ? given.trim() === "" : given === margin + text;
    })
    ? indent
    : null;
}
