/**
 * The record of an attempt as one line of `status.jsonl`, in the shape of Dagu 1.30: either program reads what the
 * other wrote. Members that Dagu does not know (`triggerType`, `resumes`, `priority`, `seq`, `crc`, and of a node `exitCode`, `pgid`, `conditions`) are
 * added only where they tell something that the rest does not.
 */
import type { HandlerName } from "../../../core/dag.ts";
import { HANDLER_NAMES, HANDLER_STEP_NAMES } from "../../../core/dag.ts";
import type { ConditionResult, Node, NodeState, RunRecord, RunRef } from "../../../core/run.ts";
import { INITIAL_NODE_STATE } from "../../../core/run.ts";
import { isActiveRun, NodeStatus, RunStatus } from "../../../core/status.ts";
import { flag, type JsonObject, object, objects, text, textMap, texts, time, whole } from "./json_read.ts";
import { compact } from "./json_write.ts";
import { permissionsFromJson, useFromJson } from "./permission_json.ts";
import { openLine, sealLine } from "../sealed_line.ts";
import { childFromJson, nodeStatus, resultFromJson, runStatus } from "./state_json.ts";
import { commandToJson, conditionToJson, stepFromJson, stepToJson } from "./step_json.ts";
import { parseTime, timeText } from "./time_text.ts";

/** Nodes are replaced, never changed, so the text of one holds as long as it lives. */
const nodeTexts = /* @__PURE__ */ new WeakMap<Node, string>();

/**
 * One line without newline.
 * @param final the only line of an attempt that has ended: what Dagu would write
 */
export function recordToLine(record: RunRecord, final: boolean): string {
  const members: string[] = [];
  const add = (key: string, json: string) => members.push(`${JSON.stringify(key)}:${json}`);
  const addText = (key: string, value: string) => {
    if (value !== "") add(key, JSON.stringify(value));
  };
  add("root", JSON.stringify(record.root));
  if (record.parent) add("parent", JSON.stringify(record.parent));
  add("name", JSON.stringify(record.name));
  add("dagRunId", JSON.stringify(record.dagRunId));
  add("attemptId", JSON.stringify(record.attemptId));
  add("status", String(record.status));
  if (record.resumes) add("resumes", "true");
  addText("workerId", record.workerId);
  // As later versions of the reference call it.
  addText("triggerType", record.trigger);
  if (record.pid) add("pid", String(record.pid));
  const textOf = record.status === RunStatus.Queued ? queuedNodeText : nodeText;
  add("nodes", `[${record.nodes.map(textOf).join(",")}]`);
  for (const name of HANDLER_NAMES) {
    const node = record.handlers[name];
    if (node) add(HANDLER_STEP_NAMES[name], textOf(node));
  }
  add("createdAt", String(record.createdAt));
  addText("queuedAt", timeText(record.queuedAt));
  if (record.priority === "high") add("priority", '"high"');
  addText("startedAt", timeText(record.startedAt));
  addText("finishedAt", timeText(record.finishedAt));
  addText("log", record.log);
  // The reference leaves its own key for this empty, whatever ended the run.
  addText("reason", record.error);
  addText("params", record.params);
  if (record.paramsList.length > 0) add("paramsList", JSON.stringify(record.paramsList));
  if (record.conditions.length > 0) add("preconditions", JSON.stringify(record.conditions.map(resultToJson)));
  if (final && !isActiveRun(record.status)) return `{${members.join(",")}}`;
  add("seq", String(record.seq));
  return sealLine(`{${members.join(",")}}`);
}

/** The record in such a line; null when it is none. */
export function recordFromLine(line: string): RunRecord | null {
  const json = openLine(line);
  return json && recordFromJson(json);
}

/** @returns null when the object is no record of a run. */
export function recordFromJson(json: JsonObject): RunRecord | null {
  const name = text(json, "name");
  const dagRunId = text(json, "dagRunId");
  // Dagu leaves the nodes out where there are none: then the status tells a record from anything else.
  const nodes = json.nodes === undefined && typeof json.status === "number" ? null : json.nodes;
  if (!name || !dagRunId || !Array.isArray(nodes) && nodes !== null) return null;
  const handlers: Partial<Record<HandlerName, Node>> = {};
  for (const key of HANDLER_NAMES) {
    const node = object(json, HANDLER_STEP_NAMES[key]);
    if (node) handlers[key] = nodeFromJson(node);
  }
  return {
    root: refFromJson(object(json, "root")) ?? { name, id: dagRunId },
    parent: refFromJson(object(json, "parent")),
    name,
    dagRunId,
    attemptId: text(json, "attemptId"),
    status: runStatus(json.status),
    workerId: text(json, "workerId"),
    trigger: text(json, "triggerType"),
    pid: whole(json, "pid"),
    nodes: objects(json, "nodes").map(nodeFromJson),
    handlers,
    createdAt: time(json, "createdAt"),
    queuedAt: parseTime(json.queuedAt),
    priority: text(json, "priority") === "high" ? "high" : "low",
    startedAt: parseTime(json.startedAt),
    finishedAt: parseTime(json.finishedAt),
    log: text(json, "log"),
    error: text(json, "reason") || text(json, "error"),
    params: text(json, "params"),
    paramsList: texts(json, "paramsList"),
    conditions: objects(json, "preconditions").map(resultFromJson),
    resumes: flag(json, "resumes"),
    seq: whole(json, "seq"),
  };
}

function nodeText(node: Node): string {
  let json = nodeTexts.get(node);
  if (json === undefined) nodeTexts.set(node, json = JSON.stringify(nodeToJson(node)));
  return json;
}

/** A dash stands for times of a node whose run waits. */
function queuedNodeText(node: Node): string {
  const json = nodeToJson(node);
  return JSON.stringify({ ...json, startedAt: json.startedAt || "-", finishedAt: json.finishedAt || "-" });
}

function nodeToJson({ step, state }: Node): Record<string, unknown> {
  const json = stepToJson(step);
  if (state.shown) {
    json.commands = state.shown.commands.map((line, i) =>
      commandToJson({ text: line, args: line === step.commands[i]?.text ? step.commands[i].args : null })
    );
    json.script = state.shown.script;
    if (!json.script) delete json.script;
    if (state.shown.commands.length === 0) delete json.commands;
  }
  const sameConditions = state.conditions.length === step.preconditions.length &&
    step.preconditions.every((c, i) => c.condition === state.conditions[i].condition);
  if (sameConditions && state.conditions.length > 0) json.preconditions = state.conditions.map(resultToJson);
  const evaluated = step.preconditions.length > 0 && state.status !== NodeStatus.NotStarted;
  const told = sameConditions
    ? evaluated || step.preconditions.length === 0
    : state.conditions.length === 0 && !evaluated;
  return {
    step: json,
    stdout: state.stdout,
    stderr: state.stderr,
    startedAt: timeText(state.startedAt),
    finishedAt: timeText(state.finishedAt),
    status: state.status,
    ...compact({
      retriedAt: timeText(state.retriedAt),
      retryCount: state.retryCount,
      doneCount: state.doneCount,
      repeated: state.repeated,
      error: state.error,
      children: state.children,
      childrenRepeated: state.childrenRepeated,
      outputVariables: Object.fromEntries(
        Object.entries(state.outputs).map(([name, value]) => [name, `${name}=${value}`]),
      ),
      approvedAt: timeText(state.approvedAt),
      approvedBy: state.approvedBy,
      approvalInputs: state.approvalInputs,
      rejectedAt: timeText(state.rejectedAt),
      rejectedBy: state.rejectedBy,
      rejectionReason: state.rejectionReason,
      pgid: state.pgid,
    }),
    ...(state.permissions ? { permissions: state.permissions } : {}),
    ...(state.used ? { used: state.used } : {}),
    ...(state.exitCode === exitCodeOf(state.error) ? {} : { exitCode: state.exitCode }),
    ...(told ? {} : { conditions: state.conditions.map(resultToJson) }),
  };
}

function nodeFromJson(json: JsonObject): Node {
  const stepJson = object(json, "step") ?? {};
  const step = stepFromJson(stepJson);
  const error = text(json, "error");
  const status = nodeStatus(json.status);
  const outputs: Record<string, string> = {};
  for (const [name, pair] of Object.entries(textMap(json, "outputVariables"))) {
    // Dagu notes there, too, which failures it tolerated; that is no output.
    if (name.startsWith("DAGU_CONTINUE_ON.")) continue;
    outputs[name] = pair.startsWith(`${name}=`) ? pair.slice(name.length + 1) : pair;
  }
  const results = objects(stepJson, "preconditions").map(resultFromJson);
  const evaluated = status !== NodeStatus.NotStarted || results.some((result) => result.error !== "");
  const state: NodeState = {
    ...INITIAL_NODE_STATE,
    status,
    startedAt: parseTime(json.startedAt),
    finishedAt: parseTime(json.finishedAt),
    stdout: text(json, "stdout"),
    stderr: text(json, "stderr"),
    error,
    exitCode: whole(json, "exitCode", exitCodeOf(error)),
    retryCount: whole(json, "retryCount"),
    retriedAt: parseTime(json.retriedAt),
    doneCount: whole(json, "doneCount"),
    repeated: flag(json, "repeated"),
    children: objects(json, "children").map(childFromJson),
    childrenRepeated: objects(json, "childrenRepeated").map(childFromJson),
    outputs,
    conditions: json.conditions ? objects(json, "conditions").map(resultFromJson) : evaluated ? results : [],
    pgid: whole(json, "pgid"),
    permissions: permissionsFromJson(json.permissions),
    used: useFromJson(json.used),
    approvedAt: parseTime(json.approvedAt),
    approvedBy: text(json, "approvedBy"),
    approvalInputs: textMap(json, "approvalInputs"),
    rejectedAt: parseTime(json.rejectedAt),
    rejectedBy: text(json, "rejectedBy"),
    rejectionReason: text(json, "rejectionReason"),
  };
  return { step, state };
}

/** Exit code that an error text tells, 0 when it tells none. */
function exitCodeOf(error: string): number {
  const match = /exit status (\d{1,3})/.exec(error);
  return match ? Number(match[1]) : 0;
}

function resultToJson(result: ConditionResult): Record<string, unknown> {
  return { ...conditionToJson(result), ...compact({ error: result.error }) };
}

function refFromJson(json: JsonObject | null): RunRef | null {
  const name = json && text(json, "name");
  return json && name ? { name, id: text(json, "id") } : null;
}
