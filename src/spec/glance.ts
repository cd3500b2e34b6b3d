/** What scheduling needs of a definition, without the rest of it: most texts are simple enough to cut that out. */
import type { Dag } from "../core/dag.ts";
import { checkDagName } from "../core/names.ts";
import { mergeBase } from "./base_merge.ts";
import { DAG } from "./tables/dag_table.ts";
import { decodeObject, type ObjectValue } from "./decode.ts";
import { IssueList } from "./issue_list.ts";
import { baseName, MAX_TEXT, type SpecText } from "./load.ts";
import { outline } from "./outline.ts";
import { schedules } from "./parts/schedules.ts";
import { findField } from "./shape.ts";
import type { MapNode } from "./yaml/yaml_node.ts";
import { parseYaml } from "./yaml/yaml_parse.ts";
import { Source } from "./yaml/yaml_source.ts";

/** What scheduling needs to know. */
export type ScheduledPart = Pick<Dag, typeof NEEDED[number]>;

const NEEDED = ["name", "schedule", "skipIfSuccessful", "queue", "maxActiveRuns", "workerSelector"] as const;

/** Texts of which what they come to is kept: many definitions say the same about when they run. */
const MAX_KEPT = 1000;

/** Looks at many definitions over one base configuration. */
export class Glance {
  /** null when it cannot be read. */
  readonly #base: readonly MapNode[] | null;
  readonly #kept = new Map<string, ScheduledPart>();

  /** @param base text of the base configuration, null when there is none */
  constructor(base: string | null) {
    this.#base = base === null ? [] : rootsOf(base);
  }

  /**
   * The same as of the whole definition, as long as that has no mistakes: they may be anywhere.
   * @returns null when nothing is certain without loading the definition
   */
  at({ text, file }: SpecText): ScheduledPart | null {
    const entries = text.length > MAX_TEXT ? null : outline(text);
    if (!entries || !this.#base) return null;
    let hasSteps = false;
    let needed = "";
    for (const { key, text } of entries) {
      const field = findField(DAG, key);
      if (!field) return null;
      hasSteps ||= field.name === "steps";
      if (isNeeded(field.name)) needed += text;
    }
    if (!hasSteps) return null;
    const part = this.#kept.get(needed) ?? this.#read(needed);
    if (!part) return null;
    if (this.#kept.size < MAX_KEPT) this.#kept.set(needed, part);
    const name = part.name || baseName(file);
    return checkDagName(name) === "" ? { ...part, name } : null;
  }

  #read(needed: string): ScheduledPart | null {
    const own = needed.trim() === "" ? EMPTY : rootsOf(needed)?.[0];
    if (!own) return null;
    const issues = new IssueList();
    const [base] = this.#base!;
    const part = partOf(decodeObject(base ? mergeBase(base, own, false) : own, TABLE, "", issues));
    return issues.empty ? part : null;
  }
}

const TABLE = { ...DAG, fields: () => DAG.fields().filter(({ name }) => isNeeded(name)) };
const EMPTY: MapNode = { kind: "map", source: new Source("", ""), at: 0, entries: [] };

function isNeeded(name: string): boolean {
  return (NEEDED as readonly string[]).includes(name);
}

/** The maps of a text, without what is not needed; null when something is wrong in it. */
function rootsOf(text: string): MapNode[] | null {
  const { roots, issues } = parseYaml(new Source("", text));
  const maps = roots.filter((root) => root.kind === "map");
  if (issues.length > 0 || maps.length < roots.length) return null;
  return maps.map((map) => ({
    ...map,
    entries: map.entries.filter(({ key }) => isNeeded(findField(DAG, key.text)?.name ?? "")),
  }));
}

/** `name` is "" when none is given. */
function partOf(dag: ObjectValue): ScheduledPart {
  return {
    name: dag.text("name"),
    schedule: schedules(dag),
    skipIfSuccessful: dag.bool("skipIfSuccessful"),
    queue: dag.text("queue"),
    maxActiveRuns: dag.int("maxActiveRuns", 0) || 1,
    workerSelector: dag.record("workerSelector"),
  };
}
