/** The parts of the documentation that are made from the tables of the program. */
import type { KeySpec } from "../src/config/key_spec.ts";
import { KEYS } from "../src/config/keys.ts";
import { type Command, GLOBAL_FLAGS } from "../src/cli/command.ts";
import { COMMANDS } from "../src/cli/commands.ts";
import type { FlagSpec } from "../src/cli/flags/flags.ts";
import { RULES } from "../src/lint/rules.ts";
import { runnableTypes } from "../src/app/executor_table.ts";
import { DAG } from "../src/spec/tables/dag_table.ts";
import { CONFIG_TABLES } from "../src/spec/executor_config.ts";
import { StepKinds } from "../src/spec/step_kinds.ts";
import { type Field, fieldsOf, type Shape, type Table } from "../src/spec/shape.ts";

/** A stretch between `<!-- part: name -->` and `<!-- end -->`. */
const PART = /(<!-- part: (\S+) -->\n)([^]*?)(<!-- end -->)/g;

/** Markdown of every part by its name: `fields:step`, `types`, `lint-rules`, `keys:core`, `command:start`, `commands`, `flags`. */
export async function docParts(): Promise<Map<string, string>> {
  const parts = new Map<string, string>();
  for (const table of specTables()) parts.set(`fields:${table.name}`, fieldRows(table));
  parts.set("types", typeRows());
  const rules = RULES.map(({ name, level, doc }) => [`\`${name}\``, level === "info" ? "note" : level, doc]);
  parts.set("lint-rules", rows(["rule", "level", "what is wrong"], rules));
  const keys: readonly KeySpec[] = KEYS;
  for (const scope of new Set(keys.map((key) => key.scope))) {
    parts.set(`keys:${scope}`, keyRows(keys.filter((key) => key.scope === scope)));
  }
  const shown = COMMANDS.filter((row) => !row.hidden);
  parts.set("commands", rows(["command", ""], shown.map((row) => [`\`${row.name}\``, row.summary])));
  parts.set("flags", flagRows(GLOBAL_FLAGS));
  for (const row of shown) {
    parts.set(`command:${row.name}`, commandText(row.name, (await row.load()).command));
  }
  return parts;
}

/** Names of the parts that a text asks for. */
export function partNames(text: string): string[] {
  return [...text.matchAll(PART)].map((match) => match[2]!);
}

/**
 * The text with its parts as they should be.
 * @throws Error for a part that does not exist.
 */
export function fillParts(text: string, parts: ReadonlyMap<string, string>): string {
  return text.replace(PART, (_all, head: string, name: string, _old: string, end: string) => {
    const part = parts.get(name);
    if (part === undefined) throw new Error(`There is no part "${name}"`);
    return `${head}\n${part}\n\n${end}`;
  });
}

/** The tables that a definition is made of, from the DAG down, and those of `config`. */
export function specTables(): Table[] {
  const found = new Map<string, Table>();
  const visit = (shape: Shape): void => {
    if (shape.kind === "object") add(shape.table);
    else if (shape.kind === "either") shape.of.forEach(visit);
    else if (shape.kind === "list" || shape.kind === "map") visit(shape.of);
  };
  const add = (table: Table): void => {
    if (found.has(table.name)) return;
    found.set(table.name, table);
    for (const field of fieldsOf(table)) visit(field.shape);
  };
  add(DAG);
  for (const table of CONFIG_TABLES.values()) add(table);
  return [...found.values()];
}

function typeRows(): string {
  const runs = runnableTypes();
  const list = (types: readonly string[]) => types.map((type) => `\`${type}\``).join(", ");
  return rows(["types", "in this version"], [
    [list(runs), "run"],
    [
      list(new StepKinds().types.filter((type) => !runs.includes(type))),
      "are read, checked and stored; the step fails",
    ],
  ]);
}

function fieldRows(table: Table): string {
  return rows(
    ["field", "value", "default", "meaning"],
    fieldsOf(table).map((field) => [
      [field.name, ...field.aliases ?? []].map((name) => `\`${name}\``).join(", "),
      shapeText(field.shape),
      defaultText(field),
      field.doc,
    ]),
  );
}

function defaultText(field: Field): string {
  if (field.required) return "required";
  return field.default === undefined ? "" : `\`${JSON.stringify(field.default)}\``.replaceAll('"', "");
}

/** What may stand as a value, in a few words. */
function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return "text";
    case "scalar":
      return "text or number";
    case "any":
      return "anything";
    case "bool":
      return "true, false";
    case "int":
      return shape.min === undefined ? "whole number" : `whole number from ${shape.min}`;
    case "number":
      if (shape.min === undefined) return "number";
      return shape.max === undefined ? `number from ${shape.min}` : `number, ${shape.min} to ${shape.max}`;
    case "word":
      return shape.words.map((word) => `\`${word}\``).join(", ");
    case "list":
      return `list of ${alternatives(shape.of)}`;
    case "map":
      return `map of ${alternatives(shape.of)}`;
    case "object":
      return `[${shape.table.name}](#${anchorOf(shape.table)})`;
    case "either":
      return eitherText(shape.of);
  }
}

/** A value, or a list of such values: said in short, as that is how most lists may be written. */
function eitherText(shapes: readonly Shape[]): string {
  const single = new Set(shapes.filter((shape) => shape.kind !== "list").map(shapeText));
  const lists = shapes.flatMap((shape) => shape.kind === "list" ? [shape.of] : []);
  const plain = (text: string) => text.replace("text or number", "text");
  const same = lists.length > 0 &&
    lists.every((of) =>
      (of.kind === "either" ? of.of : [of]).every((one) =>
        one.kind === "list" || single.has(plain(shapeText(one)))
      )
    );
  const rest = same ? ["a list of these"] : lists.map((of) => `list of ${alternatives(of)}`);
  return [...single, ...rest].join(", or ");
}

/** What stands inside a list or map. */
function alternatives(shape: Shape): string {
  const text = shape.kind === "either" ? [...new Set(shape.of.map(shapeText))].join(" / ") : shapeText(shape);
  return text.replace(/^text\b/, "texts");
}

/** Anchor of the heading `Fields of <table>`. */
function anchorOf(table: Table): string {
  return `fields-of-${table.name.toLowerCase()}`;
}

function keyRows(keys: readonly KeySpec[]): string {
  return rows(
    ["key", "type", "default", "variable", "meaning"],
    keys.map((key) => [
      `\`${key.key}\``,
      key.values.length > 0 ? key.values.map((value) => `\`${value}\``).join(", ") : key.type,
      keyDefault(key),
      key.env.filter((name) => !name.startsWith("DAGU__")).map((name) => `\`${name}\``).join(", "),
      key.doc,
    ]),
  );
}

function keyDefault({ key, type, fallback }: KeySpec): string {
  if (typeof fallback === "function") return key.startsWith("paths.") ? "see above" : "see meaning";
  if (type === "duration") return `\`${durationText(Number(fallback))}\``;
  if (Array.isArray(fallback) || typeof fallback === "object") {
    return `\`${JSON.stringify(fallback)}\``.replaceAll('"', "");
  }
  return fallback === "" ? "" : `\`${fallback}\``;
}

function durationText(ms: number): string {
  for (const [unit, size] of [["h", 3_600_000], ["m", 60_000]] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms / 1000}s`;
}

function commandText(name: string, command: Command): string {
  const usage = `dagu ${name} [flags]${command.usage === "" ? "" : ` ${command.usage}`}`;
  const about = command.about.split("\n\n").filter((text) => text !== "")
    .map((text) => text.replace(/\s+/g, " ").trim().replace(/[<>]/g, "\\$&"));
  const flags = command.flags.some((flag) => !flag.hidden) ? [flagRows(command.flags)] : [];
  const examples = command.examples.length === 0 ? [] : [["```sh", ...command.examples, "```"].join("\n")];
  return [`\`\`\`text\n${usage}\n\`\`\``, ...about, ...flags, ...examples].join("\n\n");
}

function flagRows(flags: readonly FlagSpec[]): string {
  return rows(
    ["flag", "value", "meaning"],
    flags.filter((flag) => !flag.hidden).map((flag) => [
      [flag.short ? `\`-${flag.short}\`` : "", `\`--${flag.name}\``].filter(Boolean).join(", "),
      flag.kind === "bool" ? "" : flag.choices?.map((one) => `\`${one}\``).join(", ") ?? flag.value ?? "text",
      flag.doc + [
        flag.required ? "; required" : "",
        flag.kind === "list" ? "; may be repeated" : "",
        flag.default ? `; default ${flag.default}` : "",
      ].join(""),
    ]),
  );
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}
