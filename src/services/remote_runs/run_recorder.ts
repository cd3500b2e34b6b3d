/** Writes the runs of workers without the coordinator's folders into its history, as they are told. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { isCrashed } from "../../core/crashed_record.ts";
import { checkDagName, checkRunId } from "../../core/names.ts";
import { truncationNote } from "../../core/log_limit.ts";
import type { Dag } from "../../core/dag.ts";
import type { RunEvent, RunRecord, RunRef } from "../../core/run.ts";
import { RunStatus } from "../../core/status.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Attempt, RunStore, StepFiles } from "../../ports/run_store.ts";
import type { Task, TaskClaim } from "../../ports/task.ts";
import type { RecordPart } from "../../ports/task_source.ts";
import { recordFromLine } from "../../stores/file/json/status_json.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import { checkedEvent, checkedLog, checkedOutputs, checkedPrevious, refusal } from "./checked_part.ts";
import { PartPieces, type PieceRoom } from "./part_pieces.ts";
import {
  type AttemptKey,
  attemptKey,
  type AttemptPart,
  type LogPart,
  type OutputPlace,
  runIdOf,
} from "./run_part.ts";
import type { TaskRecords } from "../coordinator/desk_options.ts";
import { type RecordRoom, RecordShare } from "./record_share.ts";
import { type ReadDag, TaskDefinitions } from "./task_definitions.ts";

export interface RunRecorderOptions {
  readonly runs: RunStore;
  readonly clock: Clock;
  /** Writes bytes into a file from an offset on; those that stand there already are passed over. */
  readonly writeAt: (path: string, offset: number, bytes: Uint8Array) => void;
  readonly readDag: ReadDag;
  /** For what records hold in memory. */
  readonly room: RecordRoom;
  /** Whether a run below this root is that of another task. */
  readonly isAnothers: (root: RunRef, run: RunRef, claim: TaskClaim) => boolean;
  /** Whether a run that was taken out of its queue has not been given back to it. */
  readonly isCalled: (record: RunRecord, dag: Dag) => Promise<boolean>;
  /** Somebody asked for the end of a run in the history. */
  readonly onCancel: (claim: TaskClaim) => void;
}

/** Runs of one task that go on at the same time: each has files open. */
const MAX_OPEN = 1100;
/** Their steps, all together. */
const MAX_STEPS = 100_000;
/** What a line of a log takes besides its words. */
const LOG_LINE_BYTES = 64;

interface OpenAttempt {
  readonly run: RunRef;
  readonly attempt: Attempt;
  /** Bytes of each log file of a step; characters of the run's own log. */
  readonly logLimit: number;
  logged: number;
}

/** The attempts of one task. */
interface Open {
  readonly task: Task;
  readonly claim: TaskClaim;
  readonly attempts: Map<AttemptKey, OpenAttempt>;
  readonly definitions: TaskDefinitions;
  received: number;
  readonly pieces: PartPieces;
  readonly share: RecordShare;
  /** These parts may be stored already, by the coordinator before this one. */
  maybeStored: boolean;
  /** Calls follow each other. */
  last: Promise<unknown>;
}

export class RunRecorder implements TaskRecords {
  readonly #options: RunRecorderOptions;
  readonly #open = new Map<string, Open>();
  readonly #pieceRoom: PieceRoom = { bytes: 0 };
  #closed = false;

  constructor(options: RunRecorderOptions) {
    this.#options = options;
  }

  async take(task: Task, claim: TaskClaim, parts: readonly RecordPart[]): Promise<number> {
    const open = this.#openFor(task, claim);
    const taken = open.last.then(() => this.#takeAll(open, parts));
    open.last = taken.catch(() => {});
    return await taken;
  }

  /** The next part may be long in coming, and the record, where there is one, has no sign of life until then. */
  async keep(task: Task, claim: TaskClaim): Promise<void> {
    if (this.#closed) return;
    const open = this.#openFor(task, claim);
    const kept = open.last.then(() => this.#attempt(open, attemptKey(task.run.id, 1)));
    // Who tells the next part is told what is wrong.
    open.last = kept.catch(() => {});
    await open.last;
  }

  async forget(claim: TaskClaim, problem = ""): Promise<void> {
    const open = this.#open.get(tokenOf(claim));
    if (!open) return;
    this.#open.delete(tokenOf(claim));
    await open.last;
    open.pieces.drop();
    open.share.releaseAll();
    const top = [...open.attempts.values()].find(({ run }) => run.id === open.task.run.id);
    if (problem !== "") top?.attempt.append({ kind: "run", patch: { error: problem } });
    for (const { attempt } of open.attempts.values()) attempt.abandon();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#open.values(), ({ claim }) => this.forget(claim)));
  }

  #openFor(task: Task, claim: TaskClaim): Open {
    if (this.#closed) throw new CallError("unavailable", "This coordinator does not lead");
    const key = tokenOf(claim);
    const known = this.#open.get(key);
    if (known) return known;
    const { runs, readDag, room } = this.#options;
    const open: Open = {
      task,
      claim,
      attempts: new Map(),
      definitions: new TaskDefinitions(task, runs, readDag),
      received: 0,
      pieces: new PartPieces(this.#pieceRoom),
      share: new RecordShare(room),
      maybeStored: true,
      last: Promise.resolve(),
    };
    this.#open.set(key, open);
    return open;
  }

  async #takeAll(open: Open, parts: readonly RecordPart[]): Promise<number> {
    open.maybeStored = open.received === 0;
    for (const part of parts) {
      if (part.number <= open.received) continue;
      // A coordinator that began anew goes on with what the history holds.
      if (part.number !== open.received + 1 && open.received > 0) {
        throw new CallError("invalid_argument", `Part ${open.received + 1} of the record is missing`);
      }
      try {
        await this.#takeOne(open, part);
      } catch (error) {
        if (error instanceof CallError) throw error;
        throw new CallError("failed_precondition", messageOf(error));
      }
      open.received = part.number;
    }
    return open.received;
  }

  async #takeOne(open: Open, part: RecordPart): Promise<void> {
    if (part.kind === "piece") return open.pieces.add(part.data);
    const json = parsed(open.pieces.jsonOf(part));
    if (part.kind === "attempt") return await this.#begin(open, json as AttemptPart);
    const found = await this.#attempt(open, json.key);
    // The coordinator before this one has stored it to its end, and could not say so any more.
    if (!found) return;
    const { attempt, logLimit } = found;
    switch (part.kind) {
      case "event": {
        const { event } = json as { readonly event?: unknown };
        const change = await placed(checkedEvent(event, attempt.record), attempt);
        open.share.hold(String(json.key), change.kind === "run" ? "" : String(change.node), change.patch);
        return attempt.append(change);
      }
      case "output": {
        const { merged } = json as unknown as OutputPlace;
        const files = await stepFiles(attempt, part.step, merged === true);
        return this.#write(files[part.stream || "stdout"], part, logLimit);
      }
      case "log":
        return this.#log(found, json as Partial<LogPart>);
      case "outputs":
        return await attempt.writeOutputs(checkedOutputs((json as { readonly outputs?: unknown }).outputs));
      case "close":
        open.share.release(String(json.key));
        open.attempts.delete(String(json.key));
        return await attempt.close();
    }
  }

  #log(to: OpenAttempt, part: Partial<LogPart>): void {
    const { level, message, fields } = checkedLog(part);
    to.logged += LOG_LINE_BYTES + message.length + JSON.stringify(fields).length;
    if (to.logged <= to.logLimit) to.attempt.log(level, message, fields);
  }

  /** What the worker has cut off since, or is about to, is left out here too. */
  #write(path: string, { offset, data }: RecordPart, limit: number): void {
    const { writeAt } = this.#options;
    const room = Math.max(0, limit - offset);
    if (room > 0) writeAt(path, offset, data.subarray(0, room));
    if (data.length > room) writeAt(path, limit, new TextEncoder().encode(truncationNote(limit)));
  }

  async #begin(open: Open, part: AttemptPart): Promise<void> {
    const { runs, clock, onCancel, isAnothers, isCalled } = this.#options;
    const { task, claim, attempts, definitions } = open;
    const isTop = part.parent === null;
    const run = isTop ? task.run : checkedRef(part.run);
    if (runIdOf(String(part.key)) !== run.id) throw refusal("the key of another run");
    if (attempts.size >= MAX_OPEN) throw tooMany(`${MAX_OPEN} runs`, claim);
    if (!isTop && isAnothers(task.root, run, claim)) throw refusal("the run of another task");
    const parent = isTop ? task.parent : await this.#parent(open, part.parent);
    const stored = parent ? await runs.findChild(task.root, run.id) : await runs.find(run.name, run.id);
    if (stored && stored.lease?.token === tokenOf(claim)) {
      // The coordinator before this one could not say so any more: the next part finds it.
      if (open.maybeStored) return;
      if (isTop || isOpen(stored.record)) throw refusal("a further attempt of a run that goes on");
    }
    if (stored && stored.record.parent?.id !== parent?.id) {
      throw refusal("a run that is another one's sub-run");
    }
    const snapshot = isTop || !parent
      ? await definitions.ofTop(part)
      : await definitions.ofSubRun(part, run.name, parent);
    const steps = [...attempts.values()].reduce((sum, { attempt }) => sum + attempt.record.nodes.length, 0);
    if (steps + snapshot.dag.steps.length > MAX_STEPS) throw tooMany(`${MAX_STEPS} steps`, claim);
    const onlyQueued = isTop && task.trigger === "queue";
    open.share.hold(String(part.key), "", { snapshot: part.snapshot, previous: part.previous });
    const attempt = await runs.createAttempt({
      snapshot: { ...snapshot, dag: { ...snapshot.dag, name: run.name } },
      dagRunId: run.id,
      root: task.root,
      parent,
      createdAt: clock.now(),
      workerId: claim.workerId,
      pid: 0,
      // No process of this machine or another one is meant: the heartbeat alone tells.
      lease: { host: claim.workerId, bootId: "", pid: 0, startTime: "", socket: "", token: tokenOf(claim) },
      again: stored !== null,
      onlyQueued,
      ...(onlyQueued && stored ? { isCalled: () => isCalled(stored.record, snapshot.dag) } : {}),
      previous: checkedPrevious(recordFromLine(String(part.previous)), stored?.record ?? null),
    });
    attempt.onCancelRequest(() => onCancel(claim));
    // Parts are stored in their order.
    open.maybeStored = false;
    attempts.set(String(part.key), { run, attempt, logLimit: snapshot.dag.maxLogSize, logged: 0 });
    await attempt.flush();
  }

  /** Sub-runs stand below runs of the same task. */
  async #parent({ task, claim, attempts }: Open, parent: RunRef | null): Promise<RunRef> {
    const known = [task.run, ...[...attempts.values()].map(({ run }) => run)];
    const found = known.find(({ id }) => id === parent?.id);
    if (found) return found;
    const stored = parent && await this.#options.runs.findChild(task.root, checkedRef(parent).id);
    if (stored?.lease?.token === tokenOf(claim)) return { name: stored.record.name, id: parent!.id };
    throw new DaguError("A sub-run must stand below a run of the task");
  }

  /**
   * The attempt, opened again when the coordinator before this one had it open; null when it has ended there.
   * @throws CallError when it is not the worker's, or others took it for dead
   */
  async #attempt({ task, claim, attempts }: Open, key: unknown): Promise<OpenAttempt | null> {
    const found = attempts.get(String(key));
    if (found) return found;
    const { runs, onCancel } = this.#options;
    const id = runIdOf(String(key));
    const others = [...attempts.values()].filter(({ run }) => run.id === id);
    if (others.length > 0) throw refusal("about another attempt of a run that goes on");
    if (attempts.size >= MAX_OPEN) throw tooMany(`${MAX_OPEN} runs`, claim);
    const isRoot = task.parent === null && id === task.run.id;
    const stored = isRoot ? await runs.find(task.run.name, id) : await runs.findChild(task.root, id);
    if (stored?.lease?.token !== tokenOf(claim)) {
      throw new CallError("aborted", "This run is not the worker's");
    }
    if (isCrashed(stored.record)) throw new CallError("aborted", "Others have ended this run");
    if (!isOpen(stored.record)) return null;
    const { name } = stored.record;
    const { maxLogSize: logLimit } = (await runs.snapshot(stored)).dag;
    const attempt = await runs.reopen(stored);
    attempt.onCancelRequest(() => onCancel(claim));
    const reopened = { run: { name, id }, attempt, logLimit, logged: 0 };
    attempts.set(String(key), reopened);
    return reopened;
  }
}

/** Paths of the worker's files become those of ours; whatever else it calls the path of a log is none. */
async function placed(event: RunEvent, attempt: Attempt): Promise<RunEvent> {
  if (event.kind === "run") return event;
  const { stdout, stderr, ...patch } = event.patch;
  if (stdout === undefined) return { ...event, patch };
  if (stdout === "") return { ...event, patch: { ...patch, stdout, stderr: "" } };
  const { nodes, handlers } = attempt.record;
  const { step } = typeof event.node === "number" ? nodes[event.node]! : handlers[event.node]!;
  return { ...event, patch: { ...patch, ...await attempt.stepFiles(step.name, stdout === stderr) } };
}

/** @throws CallError when the run has no such step */
async function stepFiles(attempt: Attempt, step: string, merged: boolean): Promise<StepFiles> {
  const { nodes, handlers } = attempt.record;
  const known = [...nodes, ...Object.values(handlers)].some((node) => node.step.name === step);
  if (!known) throw refusal(`output of a step that the run does not have, "${step.slice(0, 60)}"`);
  return await attempt.stepFiles(step, merged);
}

/** @throws CallError */
function checkedRef(ref: RunRef | null | undefined): RunRef {
  const name = String(ref?.name ?? "");
  const id = String(ref?.id ?? "");
  const problem = checkDagName(name) || checkRunId(id);
  if (problem !== "") throw refusal(`no name of a run: ${problem}`);
  return { name, id };
}

function tooMany(what: string, { taskId }: TaskClaim): CallError {
  return new CallError("resource_exhausted", `${what} of the task "${taskId}" go on already`);
}

function isOpen({ status }: RunRecord): boolean {
  return status === RunStatus.NotStarted || status === RunStatus.Running;
}

function parsed(json: string): { readonly key: unknown } {
  try {
    const value = JSON.parse(json);
    if (value !== null && typeof value === "object") return value;
  } catch {
    // Told below.
  }
  throw new CallError("invalid_argument", "A part of the record is no JSON object");
}

/** Tells attempts of one claim from all others, after a new start of the coordinator too. */
function tokenOf({ taskId, attempt, epoch }: TaskClaim): string {
  return `${taskId}-${epoch}-${attempt}`;
}
