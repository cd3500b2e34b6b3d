/** Parts of what became of runs and nodes, read from JSON: whatever has the wrong shape counts as absent. */
import type { ChildRun, ConditionResult, NodeState, RunPatch } from "../../../core/run.ts";
import { NodeStatus, RunStatus } from "../../../core/status.ts";
import { flag, type JsonObject, object, objects, text, textMap, texts, time, whole } from "./json_read.ts";
import { permissionsFromJson, useFromJson } from "./permission_json.ts";
import { conditionFromJson } from "./step_json.ts";

export function runStatus(code: unknown): RunStatus {
  return Object.values(RunStatus).find((status) => status === code) ?? RunStatus.NotStarted;
}

export function nodeStatus(code: unknown): NodeStatus {
  return Object.values(NodeStatus).find((status) => status === code) ?? NodeStatus.NotStarted;
}

export function childFromJson(json: JsonObject): ChildRun {
  return { dagRunId: text(json, "dagRunId"), params: text(json, "params") };
}

export function resultFromJson(json: JsonObject): ConditionResult {
  return { ...conditionFromJson(json), error: text(json, "error") };
}

type Readers<T> = { readonly [K in keyof T]-?: (from: JsonObject, key: string) => T[K] };

const RUN: Readers<RunPatch> = {
  status: (from, key) => runStatus(from[key]),
  startedAt: time,
  finishedAt: time,
  error: text,
  pid: whole,
  workerId: text,
  queuedAt: time,
  conditions: (from, key) => objects(from, key).map(resultFromJson),
  log: text,
  resumes: flag,
};

const NODE: Readers<NodeState> = {
  status: (from, key) => nodeStatus(from[key]),
  startedAt: time,
  finishedAt: time,
  stdout: text,
  stderr: text,
  error: text,
  exitCode: whole,
  retryCount: whole,
  retriedAt: time,
  doneCount: whole,
  repeated: flag,
  children: (from, key) => objects(from, key).map(childFromJson),
  childrenRepeated: (from, key) => objects(from, key).map(childFromJson),
  outputs: textMap,
  conditions: (from, key) => objects(from, key).map(resultFromJson),
  pgid: whole,
  shown: (from, key) => {
    const shown = object(from, key);
    return shown && { commands: texts(shown, "commands"), script: text(shown, "script") };
  },
  permissions: (from, key) => permissionsFromJson(from[key]),
  used: (from, key) => useFromJson(from[key]),
  approvedAt: time,
  approvedBy: text,
  approvalInputs: textMap,
  rejectedAt: time,
  rejectedBy: text,
  rejectionReason: text,
};

/** The members that a change of a run may have. */
export function runPatch(json: JsonObject): RunPatch {
  return patchOf(json, RUN);
}

/** The members that a change of a node may have. */
export function nodePatch(json: JsonObject): Partial<NodeState> {
  return patchOf(json, NODE);
}

function patchOf<T>(json: JsonObject, readers: Readers<T>): Partial<T> {
  const patch: Partial<T> = {};
  for (const key of Object.keys(json)) {
    if (Object.hasOwn(readers, key)) patch[key as keyof T] = readers[key as keyof T](json, key) as T[keyof T];
  }
  return patch;
}
