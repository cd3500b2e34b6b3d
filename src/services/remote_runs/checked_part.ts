/**
 * What may be taken from a worker of what it tells about a run. A worker may be in wrong hands: whatever has another
 * shape than it should counts as not said, so that nobody who reads the record later meets it.
 */
import { HANDLER_NAMES } from "../../core/dag.ts";
import { checkRunId } from "../../core/names.ts";
import { PERMISSION_KINDS } from "../../core/permissions.ts";
import {
  INITIAL_NODE_STATE,
  type Node,
  type NodeState,
  type RunEvent,
  type RunPatch,
  type RunRecord,
} from "../../core/run.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import { isObject } from "../../stores/file/json/json_read.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import type { LogPart } from "./run_part.ts";

type Check = (value: unknown) => boolean;

/** The last instant that a date can hold, Unix milliseconds. */
const LAST_TIME = 8.64e15;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const count: Check = (value) => Number.isSafeInteger(value);
const time: Check = (value) => count(value) && value as number >= 0 && value as number <= LAST_TIME;
const oneOf = (values: object): Check => (value) => Object.values(values).includes(value);
const list = (of: Check): Check => (value) => Array.isArray(value) && value.every(of);
const map = (of: Check): Check => (value) => isObject(value) && Object.values(value).every(of);
const orNull = (of: Check): Check => (value) => value === null || of(value);
const shape = (members: Readonly<Record<string, Check>>): Check => (value) =>
  isObject(value) && Object.keys(value).every((key) => Object.hasOwn(members, key)) &&
  Object.entries(members).every(([key, check]) => check(value[key]));

const child = shape({
  dagRunId: (value) => text(value) && checkRunId(value as string) === "",
  params: text,
});
const condition = shape({ condition: text, expected: text, negate: flag, error: text });
const permissions: Check = (value) =>
  map(list(text))(value) &&
  Object.keys(value as object).every((kind) => (PERMISSION_KINDS as readonly string[]).includes(kind));

/** A run that a worker has is in no queue any more. */
const BEGUN = Object.values(RunStatus).filter((status) =>
  status !== RunStatus.NotStarted && status !== RunStatus.Queued
);

/** The rest is the coordinator's. */
const RUN_FIELDS: Readonly<Record<string, Check>> = {
  status: oneOf(BEGUN),
  startedAt: time,
  finishedAt: time,
  error: text,
  conditions: list(condition),
};

/** Process groups of another machine mean nothing here. */
const NODE_FIELDS: Readonly<Record<keyof Omit<NodeState, "pgid">, Check>> = {
  status: oneOf(NodeStatus),
  startedAt: time,
  finishedAt: time,
  stdout: text,
  stderr: text,
  error: text,
  exitCode: count,
  retryCount: count,
  retriedAt: time,
  doneCount: count,
  repeated: flag,
  children: list(child),
  childrenRepeated: list(child),
  outputs: map(text),
  conditions: list(condition),
  shown: orNull(shape({ commands: list(text), script: text })),
  permissions: orNull(permissions),
  used: orNull(shape({ permissions, unknown: text })),
  approvedAt: time,
  approvedBy: text,
  approvalInputs: map(text),
  rejectedAt: time,
  rejectedBy: text,
  rejectionReason: text,
};

/** @throws CallError when it is no change of a run, or of a step that the run does not have */
export function checkedEvent(value: unknown, { nodes, handlers }: RunRecord): RunEvent {
  const { kind, node, patch } = isObject(value) ? value : {};
  if (!isObject(patch)) throw refusal("no change of a run");
  if (kind === "run") return { kind, patch: pick(patch, RUN_FIELDS) as RunPatch };
  const key = typeof node === "number" ? node : HANDLER_NAMES.find((name) => name === node);
  if (kind !== "node" || key === undefined) throw refusal("no change of a run");
  if (!(typeof key === "number" ? nodes[key] : handlers[key])) {
    throw refusal(`a change of a step that the run does not have, ${JSON.stringify(node)}`);
  }
  return { kind, node: key, patch: pick(patch, NODE_FIELDS) as Partial<NodeState> };
}

/**
 * The record of the attempt before. Where logs are is what the history here says, never what the worker does.
 * @param stored record here; null when there is none
 */
export function checkedPrevious(given: RunRecord | null, stored: RunRecord | null): RunRecord | null {
  if (!given) return null;
  const known = new Map(stored?.nodes.map(({ step, state }) => [step.name, state]));
  const checked = ({ step, state }: Node): Node => {
    const { stdout = "", stderr = "" } = known.get(step.name) ?? {};
    return { step, state: { ...INITIAL_NODE_STATE, ...pick(state, NODE_FIELDS), stdout, stderr } };
  };
  return { ...given, nodes: given.nodes.map(checked) };
}

/** @throws CallError */
export function checkedLog({ level, message, fields }: Partial<LogPart>): Omit<LogPart, "kind" | "key"> {
  if (!["INFO", "WARN", "ERROR"].includes(level!) || !text(message) || !map(text)(fields)) {
    throw refusal("no line of a log");
  }
  return { level: level!, message: message!, fields: fields! };
}

/** @throws CallError */
export function checkedOutputs(value: unknown): Readonly<Record<string, string>> {
  if (!map(text)(value)) throw refusal("no outputs of a run");
  return value as Readonly<Record<string, string>>;
}

function pick(from: object, fields: Readonly<Record<string, Check>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(from).filter(([key, value]) => Object.hasOwn(fields, key) && fields[key]!(value)),
  );
}

/** Of what is wrong with a part. */
export function refusal(what: string): CallError {
  return new CallError("invalid_argument", `Cannot record the run: what the worker sent is ${what}`);
}
