/** What the coordinator asks of requests before the desk hears of them: sizes, names, and who may say what. */
import { allowedLabels, forbiddenLabels, type LabelRules } from "../../core/label_rules.ts";
import { checkDagName, checkRunId } from "../../core/names.ts";
import {
  hasRole,
  isWorkerId,
  type PeerIdentity,
  type PeerRole,
  speaksFor,
} from "../../core/peer/peer_identity.ts";
import { RunStatus } from "../../core/status.ts";
import type { Task, TaskResult } from "../../ports/task.ts";
import type { RecordPart, RunningTask, WorkerSelf, WorkerStats } from "../../ports/task_source.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import type { ResultWire } from "../../transport/grpc/messages.ts";
import type { RequestOf } from "../../transport/grpc/methods.ts";
import { resultFromWire, runningFromWire } from "../../transport/grpc/task_wire.ts";

const MAX_LABELS = 100;
/** Characters of a name or a value, and of all labels of a worker together. */
const MAX_WORD = 256;
const MAX_LABELS_TEXT = 2048;
/** Characters of names and ids of runs. */
const MAX_NAME = 64;
/** Runs that a worker may say it has. */
const MAX_RUNNING = 1000;
/** Characters of a text that is kept or logged. */
const MAX_REASON = 2000;

export function mustHave(peer: PeerIdentity, role: PeerRole): void {
  if (hasRole(peer, role)) return;
  throw new CallError(
    "permission_denied",
    `"${peer.id}" may not do this: it needs the role "${role}" and has ${peer.roles.join(", ")}`,
  );
}

export function mustBe(peer: PeerIdentity, workerId: string): void {
  if (speaksFor(peer, workerId)) return;
  throw new CallError("permission_denied", `"${peer.id}" may not speak for the worker "${workerId}"`);
}

/** @throws CallError when the caller may not be that worker, or not with these labels */
export function selfOf(
  rules: LabelRules,
  peer: PeerIdentity,
  { workerId: id, labels, host, remote }: Pick<
    RequestOf<"Poll">,
    "workerId" | "labels" | "host" | "remote"
  >,
): WorkerSelf {
  if (!isWorkerId(id)) throw new CallError("invalid_argument", `"${id.slice(0, 60)}" is no id of a worker`);
  mustBe(peer, id);
  checkLabels(labels);
  checkMayHave(rules, peer, labels);
  checkWord("host", host);
  return { id, labels, host, remote };
}

function checkMayHave(rules: LabelRules, peer: PeerIdentity, labels: Readonly<Record<string, string>>): void {
  const forbidden = forbiddenLabels(rules, peer, labels);
  if (forbidden.length === 0) return;
  const allowed = allowedLabels(rules, peer.id).join(", ") || "none";
  throw new CallError(
    "permission_denied",
    `"${peer.id}" may not have the labels ${shortened(forbidden.join(", "))}: coordinator.workerLabels ` +
      `has ${shortened(allowed)} for it`,
  );
}

function checkLabels(labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels);
  const all = entries.flat().join("");
  if (
    entries.length > MAX_LABELS || all.length > MAX_LABELS_TEXT ||
    entries.some((words) => words.some((word) => word.length > MAX_WORD))
  ) {
    throw new CallError(
      "invalid_argument",
      `There may be ${MAX_LABELS} labels, of ${MAX_WORD} characters each and ${MAX_LABELS_TEXT} together`,
    );
  }
}

function checkWord(what: string, word: string, most = MAX_WORD): void {
  if (word.length <= most && !/\p{Cc}/u.test(word)) return;
  const problem = `has ${word.length} characters, or some that are not for printing; ${most} may be there`;
  throw new CallError("invalid_argument", `The ${what} "${word.slice(0, 60)}" ${problem}`);
}

export function checkTask({ run, root, parent, selector }: Task): void {
  const refs = parent ? [run, root, parent] : [run, root];
  for (const { name, id } of refs) {
    const problem = checkDagName(name) || checkRunId(id);
    if (problem !== "") throw new CallError("invalid_argument", `The task cannot be taken: ${problem}`);
  }
  checkLabels(selector);
}

export function statsOf(wire: RequestOf<"Heartbeat">["stats"]): WorkerStats | null {
  if (!wire) return null;
  const { totalPollers, busyPollers, runningTasks } = wire;
  if (runningTasks.length > MAX_RUNNING) {
    throw new CallError(
      "invalid_argument",
      `A worker may report ${MAX_RUNNING} runs, not ${runningTasks.length}`,
    );
  }
  const running = runningTasks.map(runningFromWire);
  running.forEach(checkRunning);
  return { totalPollers, busyPollers, running };
}

function checkRunning({ run, root, parent }: RunningTask): void {
  for (const { name, id } of parent ? [run, root, parent] : [run, root]) {
    checkWord("name", name, MAX_NAME);
    checkWord("run id", id, MAX_NAME);
  }
}

/** @throws CallError when the run would go on after it */
export function finalResult(wire: ResultWire): TaskResult {
  const result = resultFromWire(wire);
  const { status } = result;
  if (status !== null && !ENDS.includes(status)) {
    throw new CallError("invalid_argument", `The status ${status} is not that of a run that has ended`);
  }
  return { ...result, error: shortened(result.error) };
}

/** A text of a bounded length that does not keep a longer one in memory. */
export function shortened(text: string): string {
  return text.length <= MAX_REASON ? text : `${[...text.slice(0, MAX_REASON)].join("")}...`;
}

export function partOf(wire: RequestOf<"RecordRun">["parts"][number]): RecordPart {
  const { kind, stream, offset } = wire;
  if (!KINDS.includes(kind) || !STREAMS.includes(stream)) {
    throw new CallError(
      "invalid_argument",
      `"${kind.slice(0, 60)} ${stream.slice(0, 60)}" is no part of a record`,
    );
  }
  if (offset < 0) throw new CallError("invalid_argument", `Output cannot begin at byte ${offset}`);
  return wire as RecordPart;
}

/** A run that waits for somebody has let go of its worker. */
const ENDS: readonly number[] = Object.values(RunStatus).filter((status) =>
  status !== RunStatus.NotStarted && status !== RunStatus.Queued && status !== RunStatus.Running
);
const KINDS: readonly string[] = ["attempt", "event", "output", "log", "outputs", "close", "piece"];
const STREAMS: readonly string[] = ["", "stdout", "stderr"];
