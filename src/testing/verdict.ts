/** What of the expectations of a test did not come true, in sentences. */
import { matches } from "../core/condition.ts";
import type { Node, RunRecord } from "../core/run.ts";
import type { Expectations, StepExpectation } from "../core/scenario.ts";
import { nodeStatusName, runStatusName } from "../core/status.ts";
import type { Execution } from "./simulated_host.ts";
import type { Simulation } from "./simulation.ts";

/** [] when all of them did. */
export function unmet(expect: Expectations, played: Simulation): string[] {
  const { record, executions, outputs, lastsMs } = played;
  const wrong: string[] = [];
  const compare = (what: string, actual: unknown, expected: unknown) => {
    if (actual !== expected) wrong.push(`${what} is ${show(actual)}, expected ${show(expected)}`);
  };
  if (record.status !== expect.status) {
    const reason = record.error || failed(record);
    wrong.push(
      `the run is ${runStatusName(record.status)}, expected ${runStatusName(expect.status)}${
        reason && ` (${reason})`
      }`,
    );
  }
  if (expect.error !== "" && !record.error.includes(expect.error)) {
    wrong.push(`the error of the run is ${show(record.error)}, expected it to hold ${show(expect.error)}`);
  }
  if (expect.path) compare("the path", pathOf(executions).join(", "), expect.path.join(", "));
  for (const list of expect.order) wrong.push(...outOfOrder(list, executions));
  for (const [name, step] of Object.entries(expect.steps)) {
    wrong.push(
      ...unmetOfStep(name, step, nodeOf(record, name), executions.filter((one) => one.step === name)),
    );
  }
  for (const [name, text] of Object.entries(expect.outputs)) {
    const value = Object.hasOwn(outputs, name) ? outputs[name]! : null;
    if (value === null || !matches(value, text)) {
      wrong.push(`output ${name} is ${value === null ? "not set" : show(value)}, expected ${show(text)}`);
    }
  }
  if (expect.lastsMs !== null) {
    compare("the time that the run takes", `${lastsMs / 1000} s`, `${expect.lastsMs / 1000} s`);
  }
  return wrong;
}

/** Each step that was executed, in the order of the first begins. */
export function pathOf(executions: readonly Execution[]): string[] {
  return [...new Set(executions.map(({ step }) => step))];
}

function unmetOfStep(
  name: string,
  expect: StepExpectation,
  node: Node | undefined,
  executions: readonly Execution[],
): string[] {
  const wrong: string[] = [];
  if (!node) return [`there is no step ${name}`];
  const { state } = node;
  const last = executions.at(-1);
  if (expect.status !== null && state.status !== expect.status) {
    wrong.push(
      `step ${name} is ${nodeStatusName(state.status)}, expected ${nodeStatusName(expect.status)}${
        state.error && ` (${state.error})`
      }`,
    );
  }
  if (expect.runs !== null && executions.length !== expect.runs) {
    wrong.push(`step ${name} was executed ${times(executions.length)}, expected ${times(expect.runs)}`);
  }
  if (expect.exitCode !== null && last?.exitCode !== expect.exitCode) {
    wrong.push(
      `the exit code of step ${name} is ${last?.exitCode ?? "not there"}, expected ${expect.exitCode}`,
    );
  }
  if (expect.command !== "" && !(last && matches(last.command, expect.command))) {
    wrong.push(
      `the command of step ${name} is ${show(last?.command ?? "")}, expected ${show(expect.command)}`,
    );
  }
  for (const [variable, value] of Object.entries(expect.env)) {
    const actual = last?.env[variable];
    if (actual !== value) {
      wrong.push(
        `${variable} of step ${name} is ${actual === undefined ? "not set" : show(actual)}, expected ${
          show(value)
        }`,
      );
    }
  }
  if (expect.error !== "" && !state.error.includes(expect.error)) {
    wrong.push(
      `the error of step ${name} is ${show(state.error)}, expected it to hold ${show(expect.error)}`,
    );
  }
  return wrong;
}

function outOfOrder(list: readonly string[], executions: readonly Execution[]): string[] {
  return list.slice(1).flatMap((name, index) => {
    const before = list[index]!;
    const end = executions.findLast(({ step }) => step === before);
    const begin = executions.find(({ step }) => step === name);
    if (!end || !begin) {
      return [`step ${end ? name : before} was not executed, so it is not in the order ${list.join(", ")}`];
    }
    const inOrder = end.end <= begin.begin && executions.indexOf(end) < executions.indexOf(begin);
    return inOrder ? [] : [`step ${name} begins before step ${before} has ended`];
  });
}

/** A step or handler of a run. */
export function nodeOf(record: RunRecord, name: string): Node | undefined {
  return [...record.nodes, ...Object.values(record.handlers)].find(({ step }) => step.name === name);
}

/** The first step that went wrong, for runs whose state surprises. */
function failed({ nodes, handlers }: RunRecord): string {
  const node = [...nodes, ...Object.values(handlers)].find(({ state }) => state.error !== "");
  return node ? `step ${node.step.name}: ${node.state.error}` : "";
}

function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}

function show(value: unknown): string {
  return value === ""
    ? '""'
    : typeof value === "string" && /^[\w.,+ -]+$/.test(value)
    ? value
    : JSON.stringify(value);
}
