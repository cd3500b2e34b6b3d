/** Writes `src/builder/language.ts`: the fields of the language as types, from the tables that the loader uses. */
import { CONFIG_TABLES } from "../src/spec/executor_config.ts";
import { type Field, fieldsOf, namesOf, type Shape, snakeCase, type Table } from "../src/spec/shape.ts";
import { StepKinds } from "../src/spec/step_kinds.ts";
import { STEP } from "../src/spec/tables/step_table.ts";
import { specTables } from "./doc_parts.ts";
import { deno, ROOT } from "./deno_command.ts";

export const FILE = "src/builder/language.ts";

const HEAD = `/**
 * The fields of the language as types. Made from its tables by \`deno task docs\`; not to be edited.
 *
 * N are names and ids of steps, O names of outputs; P and Q names of parameters in a list and in a map, T their texts;
 * S are the steps.
 */
import type { MadeUpName, MapOf, Numeric, ParamMap, Params, Scalar, Value } from "./values.ts";
`;

/** Parameters of the types of tables that know names. */
const GENERIC: Readonly<Record<string, string>> = {
  dag:
    "O extends string = string, P extends string = string, Q extends string = string, T extends string = string, S = Steps<O>",
  step: "N extends string = string, O extends string = string",
  handlers: "O extends string = string",
  output: "O extends string = string",
  tsConfig: "O extends string = string",
  test: "N extends string = string, O extends string = string, P extends string = string",
  fake: "O extends string = string",
  expectation: "N extends string = string, O extends string = string",
};

/** Fields whose type tells more than their shape. */
const TYPED: Readonly<Record<string, string>> = {
  "dag.steps": "S",
  "dag.tests": "readonly TestSpec[]",
  "dag.handlerOn": "HandlersSpec<O>",
  "dag.params": "Params<P, Q, T>",
  "step.name": "N",
  "step.id": "N",
  "step.depends": "NoInfer<N> | MadeUpName | readonly (NoInfer<N> | MadeUpName)[]",
  "step.output": "O | OutputSpec<O>",
  "output.name": "O",
  "tsConfig.outputs": "readonly O[]",
  "test.params":
    "string | readonly (Scalar | ParamMap<P> | ReadonlyMap<string, Value>)[] | ParamMap<P> | ReadonlyMap<string, Value>",
  "test.steps": "{ readonly [K in N]?: Scalar | FakeSpec<O> | readonly (Scalar | FakeSpec<O>)[] }",
  "fake.outputs": "{ readonly [K in O]?: Scalar }",
  "expectation.path": "readonly N[]",
  "expectation.steps":
    '{ readonly [K in N]?: NonNullable<StepExpectationSpec["status"]> | StepExpectationSpec }',
  "expectation.order": "readonly (N | readonly N[])[]",
  "expectation.outputs": "{ readonly [K in O]?: Scalar }",
};

/** Said by each kind of step itself. */
const BY_KIND = ["type", "config"];

/** The whole text of the file, before it is formatted. */
export function builderTypes(): string {
  return [HEAD, ...specTables().map(tableText), kindsText()].join("\n");
}

export async function writeBuilderTypes(): Promise<void> {
  await Deno.writeTextFile(`${ROOT}${FILE}`, builderTypes());
  await deno(["fmt", "--quiet", FILE]);
}

function tableText(table: Table): string {
  const fields = fieldsOf(table).filter(({ name }) => table !== STEP || !BY_KIND.includes(name));
  const name = table === STEP ? "StepFields" : typeName(table);
  return interfaceText(`${capital(table.doc)}.`, name, table, fields.map((field) => fieldText(table, field)));
}

function interfaceText(doc: string, name: string, table: Table, fields: readonly string[]): string {
  return `/** ${doc} */\nexport interface ${name}${parameters(table)} {\n${
    fields.map((text) => `  ${text}`).join("\n")
  }\n}\n`;
}

function parameters(table: Table): string {
  return GENERIC[table.name] === undefined ? "" : `<${GENERIC[table.name]}>`;
}

function fieldText(table: Table, field: Field): string {
  const type = TYPED[`${table.name}.${field.name}`] ?? shapeType(field.shape, table);
  const [first, ...others] = [...new Set(namesOf(field).flatMap((name) => [name, snakeCase(name)]))];
  const alone = field.required && others.length === 0;
  const value = field.default === undefined ? "" : ` Default: \`${JSON.stringify(field.default)}\`.`;
  const main = `/** ${field.doc}${value} */\n  readonly ${first}${alone ? "" : "?"}: ${type}${
    alone ? "" : " | null"
  };`;
  const more = others.map((name) =>
    `/** The same. @deprecated in favour of \`${first}\` */\n  readonly ${name}?: ${type} | null;`
  );
  return [main, ...more].join("\n  ");
}

function shapeType(shape: Shape, owner?: Table): string {
  switch (shape.kind) {
    case "text":
      return "string";
    case "scalar":
      return "Scalar";
    case "any":
      return "Value";
    case "bool":
      return "boolean";
    case "int":
    case "number":
      return "Numeric";
    case "word":
      return [...shape.words, ""].map((word) => JSON.stringify(word)).join(" | ");
    case "list":
      return `readonly (${shapeType(shape.of)})[]`;
    case "map":
      return `MapOf<${shapeType(shape.of)}>`;
    case "object":
      return typeName(shape.table) + (owner?.name === "handlers" ? "<string, O>" : names(shape.table));
    case "either":
      return [...new Set(shape.of.map((one) => shapeType(one)))].join(" | ");
  }
}

/** The names that a table knows, handed on. */
function names(table: Table): string {
  const generic = GENERIC[table.name];
  return generic === undefined
    ? ""
    : `<${[...generic.matchAll(/(\w+) extends/g)].map((m) => m[1]).join(", ")}>`;
}

/** `retryPolicy` -> `RetryPolicySpec`. */
function typeName(table: Table): string {
  return `${capital(table.name)}Spec`;
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

/** A step is of one kind, which says what its \`config\` holds. */
function kindsText(): string {
  const kinds = new StepKinds();
  const types = Map.groupBy(kinds.types, (type) => CONFIG_TABLES.get(type));
  const texts: string[] = [];
  const union: string[] = [];
  const generic = GENERIC[STEP.name];
  for (const [table, words] of types) {
    const name = table ? `${capital(table.name.replace(/Config$/, ""))}StepSpec` : "PlainStepSpec";
    const config = table ? typeName(table) + names(table) : "MapOf<Value>";
    const required = table ? "" : "?";
    const all = table ? words : ["", ...words];
    const doc = table
      ? `A step of type ${words.map((word) => `\`${word}\``).join(" or ")}.`
      : "A step of any other type, or of none.";
    union.push(`${name}<N, O>`);
    texts.push(`/** ${doc} */
export interface ${name}<${generic}> extends StepFields<N, O> {
  /** Kind of the step${table ? "" : "; found out from the other fields when left out"}. */
  readonly type${required}: ${all.map((word) => JSON.stringify(word)).join(" | ")}${table ? "" : " | null"};
  /** Settings of that kind of step. */
  readonly config?: ${config} | null;
  /** The same. @deprecated in favour of \`config\` */
  readonly with?: ${config} | null;
}
`);
  }
  return `${texts.join("\n")}
/**
 * Kinds of steps that a program brings along, and what their \`config\` holds; to be added to:
 *
 * \`\`\`ts
 * declare module "@x/dagu/dag" {
 *   interface FurtherKinds {
 *     greet: { name: string };
 *   }
 * }
 * \`\`\`
 */
// deno-lint-ignore no-empty-interface
export interface FurtherKinds {}

/** A step of a kind that the program brings along. */
export type FurtherStepSpec<${generic}> = {
  [K in keyof FurtherKinds]: StepFields<N, O> & {
    readonly type: K;
    readonly config?: FurtherKinds[K] | null;
  };
}[keyof FurtherKinds];

/** A step. */
export type StepSpec<${generic}> =
  | ${[...union, "FurtherStepSpec<N, O>"].join("\n  | ")};

/** Steps that run side by side: a list; said in this way, the compiler can tell more of what is wrong in it. */
export interface StepGroup<N extends string = string, O extends string = string> {
  /** Number of steps. */
  readonly length: number;
  /** A step. */
  readonly [index: number]: string | StepSpec<N, O>;
}

/** Steps in their order. */
export type StepList<N extends string = string, O extends string = string> = readonly (
  | string
  | StepSpec<N, O>
  | StepGroup<N, O>
)[];

/** Steps by their names. */
export type StepMap<N extends string = string, O extends string = string> = {
  readonly [K in N]?: string | StepSpec<N, O>;
};

/** Steps in one of their forms. */
export type Steps<O extends string = string> = StepList<string, O> | StepMap<string, O>;
`;
}
