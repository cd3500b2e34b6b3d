/** `tests` of a definition. */
import { type Dag, HANDLER_NAMES, HANDLER_STEP_NAMES } from "../core/dag.ts";
import type { Issue } from "../core/errors.ts";
import {
  DEFAULT_FAKE,
  DEFAULT_SCENARIO,
  type Expectations,
  type Fake,
  type FakeStep,
  inTurn,
  type StepExpectation,
  type WorkflowTest,
} from "../core/scenario.ts";
import { nodeStatusByName, RunStatus, runStatusByName } from "../core/status.ts";
import { suggest } from "../core/text/suggest.ts";
import { DAG } from "./tables/dag_table.ts";
import { decodeObject, type Member, type ObjectValue, type Value } from "./decode.ts";
import { IssueList } from "./issue_list.ts";
import { stepParams } from "./parts/param_decl.ts";
import { toText } from "./yaml/yaml_node.ts";
import { parseYaml } from "./yaml/yaml_parse.ts";
import { Source } from "./yaml/yaml_source.ts";

/** The tests of one document. */
export interface TestedDag {
  readonly dag: Dag;
  readonly tests: readonly WorkflowTest[];
}

/** Reads the tests in the text of a definition that is valid. */
export function workflowTests(
  text: string,
  file: string,
  dag: Dag,
): { readonly dags: readonly TestedDag[]; readonly issues: readonly Issue[] } {
  const issues = new IssueList();
  const dags = parseYaml(new Source(file, text)).roots.flatMap((root, index) => {
    if (root.kind !== "map") return [];
    const fields = decodeObject(root, DAG, "", issues);
    const own = index === 0 ? dag : dag.localDags[fields.text("name")];
    if (!own || !fields.has("tests")) return [];
    const names = new StepWords(own);
    return [{
      dag: own,
      tests: fields.items("tests").flatMap(({ object }) => object ? [testOf(object, names)] : []),
    }];
  });
  return { dags, issues: issues.sorted() };
}

/** Names by which a test may speak of steps and handlers. */
class StepWords {
  readonly #names = new Map<string, string>();

  constructor(dag: Dag) {
    for (const { name, id } of dag.steps) this.#names.set(name, name).set(id || name, name);
    for (const name of HANDLER_NAMES) {
      if (dag.handlers[name]) this.#names.set(HANDLER_STEP_NAMES[name], HANDLER_STEP_NAMES[name]);
    }
  }

  /** The name of a step; a word that means none is reported. */
  resolve(word: string, report: (message: string) => void): string {
    const name = this.#names.get(word);
    if (name !== undefined) return name;
    const near = suggest(word, [...this.#names.keys()]);
    report(`There is no step "${word}"${near && `; did you mean "${near}"?`}`);
    return word;
  }
}

function testOf(test: ObjectValue, names: StepWords): WorkflowTest {
  const expect = test.object("expect");
  return {
    name: test.text("name"),
    line: test.node.source.positionAt(test.node.at).line,
    scenario: {
      params: test.has("params") ? stepParams(test.get("params")) : null,
      env: test.record("env"),
      secrets: test.record("secrets"),
      at: timeOf(test),
      stopAfterMs: millis(test, "stopAfterSec"),
      steps: byStep(test, "steps", names, fakeStep),
      commands: Object.fromEntries(
        membersOf(test, "commands").map(({ key, value }) => [key.text.trim(), fakeOf(value)]),
      ),
    },
    expect: {
      ...NOTHING,
      ...expect && expectations(expect, names),
    },
  };
}

/** What is expected when nothing is said. */
export const NOTHING: Expectations = {
  status: RunStatus.Succeeded,
  path: null,
  order: [],
  steps: {},
  outputs: {},
  lastsMs: null,
  error: "",
};

function expectations(expect: ObjectValue, names: StepWords): Expectations {
  const namesOf = (items: readonly Value[]) =>
    items.map((item) =>
      names.resolve(toText(item.node).trim(), (message) => expect.issues.add(item.path, message, item.node))
    );
  const order = expect.items("order");
  return {
    status: runStatusByName(expect.text("status")) ?? RunStatus.Succeeded,
    path: expect.has("path") ? namesOf(expect.items("path")) : null,
    order: order.some(({ items }) => items)
      ? order.map(({ items }) => namesOf(items ?? []))
      : order.length > 0
      ? [namesOf(order)]
      : [],
    steps: byStep(expect, "steps", names, stepExpectation),
    outputs: expect.record("outputs"),
    lastsMs: millis(expect, "takesSec"),
    error: expect.text("error"),
  };
}

function stepExpectation({ node, object }: Value): StepExpectation {
  const status = object ? object.text("status") : toText(node);
  return {
    status: nodeStatusByName(status) ?? null,
    runs: object?.number("runs") ?? null,
    exitCode: object?.number("exitCode") ?? null,
    command: object?.raw("command") ?? "",
    env: object?.record("env") ?? {},
    error: object?.text("error") ?? "",
  };
}

function byStep<T>(
  owner: ObjectValue,
  field: string,
  names: StepWords,
  read: (value: Value) => T,
): Record<string, T> {
  return Object.fromEntries(
    membersOf(owner, field).map(({ key, value }) => {
      const name = names.resolve(key.text.trim(), (message) => owner.issues.add(value.path, message, key));
      return [name, read(value)];
    }),
  );
}

function fakeStep(value: Value): FakeStep {
  return inTurn((value.items ?? [value]).map(fakeOf));
}

function fakeOf({ node, object }: Value): Fake {
  if (!object) return { ...DEFAULT_FAKE, stdout: toText(node) };
  return {
    stdout: object.raw("stdout"),
    stderr: object.raw("stderr"),
    exitCode: object.int("exitCode", 0),
    lastsMs: object.bool("hangs") ? Infinity : millis(object, "takesSec") ?? DEFAULT_FAKE.lastsMs,
    outputs: object.record("outputs"),
    waits: object.bool("waits"),
  };
}

function membersOf(owner: ObjectValue, field: string): readonly Member[] {
  return owner.get(field)?.members ?? [];
}

function millis(owner: ObjectValue, field: string): number | null {
  const seconds = owner.number(field);
  return seconds === null ? null : seconds * 1000;
}

function timeOf(test: ObjectValue): number {
  const text = test.text("at");
  if (text === "") return DEFAULT_SCENARIO.at;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  test.issue("at", `Expected a time such as "2026-01-31T02:30:00Z", got "${text}"`);
  return DEFAULT_SCENARIO.at;
}
