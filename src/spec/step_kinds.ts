/** The kinds of steps that definitions may have: those of the language, and those that a program brings along. */
import { DaguError } from "../core/errors.ts";
import type { ConfigKey, StepKind } from "../core/executor_manifest.ts";
import { ABILITIES, type Ability } from "./step_abilities.ts";
import { CONFIG_TABLES } from "./executor_config.ts";
import { BOOL, either, list, map, SCALAR, type Shape, type Table, TEXT } from "./shape.ts";

const SHAPES: Readonly<Record<ConfigKey["type"], Shape>> = {
  text: SCALAR,
  number: either({ kind: "number" }, TEXT),
  flag: either(BOOL, TEXT),
  texts: either(TEXT, list(SCALAR)),
  map: map(SCALAR),
};

export class StepKinds {
  readonly #abilities = new Map(ABILITIES);
  readonly #tables = new Map(CONFIG_TABLES);

  /** @throws DaguError when two kinds have the same name. */
  constructor(further: readonly StepKind[] = []) {
    for (const kind of further) {
      const table = tableOf(kind);
      for (const type of kind.types) {
        if (this.#abilities.has(type)) {
          throw new DaguError(
            `Cannot add the executor "${kind.types[0]}": there is a type "${type}" already`,
          );
        }
        this.#abilities.set(type, kind.takes ?? []);
        this.#tables.set(type, table);
      }
    }
  }

  /** What steps of a type take; undefined when there is no such type. */
  abilities(type: string): readonly Ability[] | undefined {
    return this.#abilities.get(type);
  }

  /** Keys of `config`; undefined when any may be given. */
  config(type: string): Table | undefined {
    return this.#tables.get(type);
  }

  get types(): string[] {
    return [...this.#abilities.keys()].filter((type) => type !== "");
  }
}

function tableOf({ types: [name], config }: StepKind): Table {
  return {
    name: `${name}Config`,
    doc: `the config of a step of type "${name}"`,
    fields: () =>
      Object.entries(config).map(([key, { type, doc, required = false, ...more }]) => ({
        name: key,
        shape: SHAPES[type],
        doc,
        required,
        ...more,
      })),
  };
}
