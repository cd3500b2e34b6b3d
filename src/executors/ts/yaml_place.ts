import type { Dag } from "../../core/dag.ts";

/** A line of the definition, and how far the script is indented there. */
export interface YamlPlace {
  readonly line: number;
  readonly indent: number;
}

/**
 * Where a line of a script stands in the text of its definition, both counted from 1; null when that cannot be told.
 * Scripts are blocks in which every line has the same indentation.
 */
export function yamlPlace(
  source: string,
  script: string,
  line: number,
): YamlPlace | null {
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

/** Where a line of a step's script stands in the definition; null when that cannot be told. */
export function scriptPlace({ location, source }: Dag, script: string, line: number): YamlPlace | null {
  return isYamlFile(location) ? yamlPlace(source, script, line) : null;
}

/** Whether the text of a definition is that of its file; a module in TypeScript only makes it. */
export function isYamlFile(location: string): boolean {
  return location !== "" && !/\.m?ts$/.test(location);
}
