/** Help texts, made from the tables. */
import { type Command, type CommandRow, GLOBAL_FLAGS } from "../command.ts";
import type { FlagSpec } from "../flags/flags.ts";

const WIDTH = 90;

/** Text of `dagu` and `dagu help`. */
export function programHelp(commands: readonly CommandRow[]): string {
  const rows = commands.filter((row) => !row.hidden);
  const width = Math.max(...rows.map((row) => row.name.length));
  return [
    "A workflow engine in one program: DAGs in YAML, no database, no broker.",
    "",
    "Usage:",
    "  dagu <command> [flags] [arguments]",
    "",
    "Commands:",
    ...rows.map((row) => `  ${row.name.padEnd(width)}  ${row.summary}`),
    "",
    "Flags of every command:",
    ...flagLines(GLOBAL_FLAGS),
    "",
    'Use "dagu help <command>" for more about a command.',
    "",
  ].join("\n");
}

/** Text of `dagu help <command>` and `dagu <command> -h`. */
export function commandHelp(row: CommandRow, command: Command): string {
  const lines = [`${row.summary}.`, ""];
  for (const paragraph of command.about.split("\n\n").filter((text) => text !== "")) {
    lines.push(...fill(paragraph.replace(/\s+/g, " "), WIDTH), "");
  }
  lines.push("Usage:", `  dagu ${row.name} [flags]${command.usage === "" ? "" : ` ${command.usage}`}`, "");
  if (command.examples.length > 0) lines.push("Examples:", ...command.examples.map((one) => `  ${one}`), "");
  if (command.flags.some((flag) => !flag.hidden)) lines.push("Flags:", ...flagLines(command.flags), "");
  lines.push("Flags of every command:", ...flagLines(GLOBAL_FLAGS), "");
  return lines.join("\n");
}

function flagLines(flags: readonly FlagSpec[]): string[] {
  const rows = flags.filter((flag) => !flag.hidden).map((flag) => {
    const short = flag.short ? `-${flag.short}, ` : "    ";
    const value = flag.kind === "bool" ? "" : ` <${flag.value ?? "text"}>`;
    const notes = [
      flag.required ? "required" : "",
      flag.kind === "list" ? "may be repeated" : "",
      flag.default ? `default ${flag.default}` : "",
    ].filter((note) => note !== "");
    return {
      left: `${short}--${flag.name}${value}`,
      right: flag.doc + (notes.length > 0 ? ` (${notes.join(", ")})` : ""),
    };
  });
  const width = Math.max(...rows.map((row) => row.left.length));
  return rows.flatMap(({ left, right }) => {
    const [first, ...more] = fill(right, WIDTH - width - 4);
    return [`  ${left.padEnd(width)}  ${first}`, ...more.map((line) => " ".repeat(width + 4) + line)];
  });
}

function fill(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
