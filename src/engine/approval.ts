/** What the word of a person does to the record of a run that waits for it. */
import { DaguError } from "../core/errors.ts";
import type { NodeState, RunEvent, RunRecord } from "../core/run.ts";
import { NodeStatus, nodeStatusName, RunStatus } from "../core/status.ts";
import { suggest } from "../core/text/suggest.ts";
import { outputKey } from "../core/output_name.ts";

export interface Decision {
  /** Name or id of the step. */
  readonly step: string;
  /** Who decides; "" when that is not known. */
  readonly by: string;
  /** Unix milliseconds. */
  readonly at: number;
}

export interface Approval extends Decision {
  /** Values by variable name. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface Rejection extends Decision {
  readonly reason: string;
}

/**
 * The step has succeeded, and the inputs are its outputs.
 * @throws DaguError when the step does not wait, a required input is missing or an input was not asked for.
 */
export function approve(record: RunRecord, approval: Approval): RunEvent[] {
  const node = waitingIndex(record, approval.step, "approve");
  const { step, state } = record.nodes[node]!;
  checkInputs(step.name, step.executor.config, approval.inputs);
  const entries = Object.entries(approval.inputs);
  return [change(node, {
    status: NodeStatus.Succeeded,
    outputs: { ...state.outputs, ...approval.inputs },
    approvedAt: approval.at,
    approvedBy: approval.by,
    approvalInputs: Object.fromEntries(entries.map(([name, value]) => [outputKey(name), value])),
  })];
}

/**
 * The step and with it the run are rejected: nothing more of it runs.
 * @throws DaguError when the step does not wait.
 */
export function reject(record: RunRecord, rejection: Rejection): RunEvent[] {
  return rejectNode(record, waitingIndex(record, rejection.step, "reject"), rejection);
}

/** Rejects a run because the sub-run that it waits for was rejected. */
export function rejectAbove(record: RunRecord, childId: string, rejection: Rejection): RunEvent[] {
  return callersOf(record, childId).flatMap((node) => rejectNode(record, node, rejection));
}

/** The steps that wait for a sub-run go on with it in the next attempt. */
export function resumeAbove(record: RunRecord, childId: string): RunEvent[] {
  return callersOf(record, childId).map((node) => change(node, { status: NodeStatus.NotStarted, error: "" }));
}

/** Whether some step still waits for a person. */
export function stillWaits(record: RunRecord): boolean {
  return record.nodes.some(({ state }) => state.status === NodeStatus.Waiting);
}

function callersOf(record: RunRecord, childId: string): number[] {
  return record.nodes.flatMap(({ state }, index) =>
    state.status === NodeStatus.Waiting && state.children.some((child) => child.dagRunId === childId)
      ? [index]
      : []
  );
}

function change(node: number, patch: Partial<NodeState>): RunEvent {
  return { kind: "node", node, patch };
}

function rejectNode(record: RunRecord, node: number, { at, by, reason }: Rejection): RunEvent[] {
  const { name } = record.nodes[node]!.step;
  return [
    change(node, { status: NodeStatus.Rejected, rejectedAt: at, rejectedBy: by, rejectionReason: reason }),
    {
      kind: "run",
      patch: {
        status: RunStatus.Rejected,
        finishedAt: at,
        error: `Step "${name}" was rejected${reason === "" ? "" : `: ${reason}`}`,
      },
    },
  ];
}

function waitingIndex(record: RunRecord, step: string, what: string): number {
  const { name, dagRunId, nodes } = record;
  const index = nodes.findIndex((node) => node.step.name === step || node.step.id === step);
  const waiting = nodes.filter(({ state }) => state.status === NodeStatus.Waiting).map((node) =>
    `"${node.step.name}"`
  );
  const hint = waiting.length === 0 ? "no step of the run waits" : `waiting: ${waiting.join(", ")}`;
  const problem = `Cannot ${what} step "${step}" of run "${dagRunId}" of "${name}"`;
  if (index < 0) throw new DaguError(`${problem}: there is no such step; ${hint}`);
  const { status, children } = nodes[index]!.state;
  if (status !== NodeStatus.Waiting) {
    throw new DaguError(`${problem}: its status is ${nodeStatusName(status)}; ${hint}`);
  }
  if (children.length > 0) {
    const ids = children.map((child) => `"${child.dagRunId}"`).join(", ");
    throw new DaguError(
      `${problem}: it waits for a sub-run; name that (${ids}) and the step that waits in it`,
    );
  }
  return index;
}

function checkInputs(
  step: string,
  config: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, string>>,
): void {
  const offered = namesOf(config.input);
  const missing = namesOf(config.required).filter((name) => !Object.hasOwn(inputs, name));
  if (missing.length > 0) {
    throw new DaguError(
      `Cannot approve step "${step}": the required inputs ${missing.join(", ")} are missing`,
    );
  }
  for (const name of Object.keys(inputs)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new DaguError(`Cannot approve step "${step}": "${name}" cannot be the name of a variable`);
    }
    if (offered.length > 0 && !offered.includes(name)) {
      const near = suggest(name, offered);
      const help = near ? `did you mean "${near}"?` : `it asks for ${offered.join(", ")}`;
      throw new DaguError(`Cannot approve step "${step}": it has no input "${name}"; ${help}`);
    }
  }
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
