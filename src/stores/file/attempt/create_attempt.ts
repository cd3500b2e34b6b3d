/** Opens a new attempt: of a new run, of a run that exists, or of a sub-run. */
import { DaguError } from "../../../core/errors.ts";
import { attemptId as newAttemptId } from "../../../core/ids.ts";
import { dagDirName } from "../../../core/names.ts";
import { newRunRecord, type Node, type NodeState, type RunRecord } from "../../../core/run.ts";
import { RunStatus, runStatusName } from "../../../core/status.ts";
import type { Lease, NewAttempt } from "../../../ports/run_store.ts";
import { FileAttempt } from "./attempt.ts";
import { type MadeFolder, makeFolder } from "./attempt_folder.ts";
import { snapshotToJson } from "../json/dag_json.ts";
import { noteDigest } from "../dags/definition_digest.ts";
import { Heartbeat } from "../liveness/heartbeat.ts";
import {
  attemptDirName,
  childDirName,
  CHILDREN_DIR,
  DAG_FILE,
  EVENTS_FILE,
  LEASE_FILE,
  lockFile,
  runLogDir,
  runLogName,
  runsDir,
  STATUS_FILE,
  type StoreRoots,
  viewDir,
} from "../layout.ts";
import { attemptLiveness, removeHeartbeats } from "../liveness/liveness.ts";
import { withLock } from "../locks.ts";
import { readLease, readRecord } from "./read_attempt.ts";
import { keepReserve, releaseReserve } from "../reserve.ts";
import { idTaken, inNewPlace, logDirOf, type RunPlace } from "../runs/run_place.ts";
import { attemptsOf, findRunDir } from "../runs/run_tree.ts";
import { recordToLine } from "../json/status_json.ts";
import { sealLine } from "../sealed_line.ts";

/** Folders that a long-lived process remembers; one that was forgotten is searched. */
const MAX_ROOTS = 1000;

/**
 * @param rootDirs folders of root runs that this process has open, by {@link rootKey}
 * @throws DaguError when the run exists and `again` is false, or the other way round, or another attempt is running
 */
export async function createAttempt(
  roots: StoreRoots,
  attempt: NewAttempt,
  rootDirs: Map<string, string>,
): Promise<FileAttempt> {
  const dagDir = await dagDirName(attempt.root.name);
  const runs = runsDir(roots, dagDir);
  if (attempt.parent) return await createChild(roots, attempt, rootDir(runs, attempt, rootDirs));
  keepReserve(roots);
  const lock = lockFile(roots, dagDir);
  const open = async (place: RunPlace) => {
    const opened = await openAt(roots, attempt, place);
    if (rootDirs.size > MAX_ROOTS) rootDirs.clear();
    rootDirs.set(rootKey(attempt), place.runDir);
    return opened;
  };
  if (attempt.again) {
    return await withLock(lock, async () => {
      const run = findRunDir(runs, attempt.dagRunId, attempt.previous?.createdAt);
      if (!run) throw missing(attempt);
      const earlier = attemptsOf(run.path);
      if (earlier.length > 0) refuseBegun(roots, attempt, earlier[0].path);
      return await open({ runDir: run.path, runAt: run.at, earlier });
    });
  }
  return await inNewPlace(roots, dagDir, attempt, "start", open);
}

function rootKey(attempt: Pick<NewAttempt, "root">): string {
  return `${attempt.root.name} ${attempt.root.id}`;
}

function rootDir(runs: string, attempt: NewAttempt, rootDirs: Map<string, string>): string {
  const dir = rootDirs.get(rootKey(attempt)) ?? findRunDir(runs, attempt.root.id)?.path;
  if (dir) return dir;
  throw new DaguError(
    `Cannot store the sub-run "${attempt.dagRunId}": there is no run "${attempt.root.id}" of "${attempt.root.name}"`,
  );
}

async function createChild(roots: StoreRoots, attempt: NewAttempt, root: string): Promise<FileAttempt> {
  const runDir = `${root}/${CHILDREN_DIR}/${childDirName(attempt.dagRunId)}`;
  const earlier = attempt.again ? attemptsOf(runDir) : [];
  if (attempt.again && earlier.length === 0) throw missing(attempt);
  return await openAt(roots, attempt, { runDir, runAt: earlier.at(-1)?.at ?? attempt.createdAt, earlier });
}

function missing(attempt: NewAttempt): DaguError {
  return new DaguError(
    `Cannot open a further attempt: there is no run "${attempt.dagRunId}" of "${attempt.snapshot.dag.name}"`,
  );
}

function refuseBegun(roots: StoreRoots, attempt: NewAttempt, newest: string): void {
  const record = readRecord(newest);
  const refusal = `Cannot open a further attempt of the run "${attempt.dagRunId}" of "${attempt.root.name}"`;
  if (attempt.onlyQueued && record?.status !== RunStatus.Queued) {
    const now = record ? runStatusName(record.status) : "unreadable";
    throw new DaguError(`${refusal}: it is not queued any more, its status is ${now}`);
  }
  // A queued or waiting run has no owner; a further attempt is how it goes on.
  if (record?.status === RunStatus.Running || record?.status === RunStatus.NotStarted) {
    const run = { record, dir: newest, lease: readLease(newest) };
    if (attemptLiveness(roots, run) === "alive") throw new DaguError(`${refusal}: it is still running`);
  }
  const { previous } = attempt;
  if (record && previous && (record.status !== previous.status || record.attemptId !== previous.attemptId)) {
    const now = runStatusName(record.status);
    throw new DaguError(`${refusal}: it has gone on since it was read, its status is now ${now}`);
  }
}

function notCalled({ dagRunId, root }: NewAttempt): DaguError {
  return new DaguError(
    `Cannot begin the queued run "${dagRunId}" of "${root.name}": it is back in its queue`,
  );
}

async function openAt(roots: StoreRoots, attempt: NewAttempt, place: RunPlace): Promise<FileAttempt> {
  const { snapshot, dagRunId } = attempt;
  const { dag } = snapshot;
  const attemptId = newAttemptId((length) => crypto.getRandomValues(new Uint8Array(length)));
  // The newest attempt is the one with the greatest name, also when the clock was set back.
  const at = Math.max(attempt.createdAt, (place.earlier[0]?.at ?? 0) + 1);
  const name = attemptDirName(at, attemptId);
  const dir = `${place.runDir}/${name}`;
  const logDir = logDirOf(roots, snapshot);
  const lease: Lease = { ...attempt.lease, epoch: place.earlier.length + 1 };
  const log = `${runLogDir(logDir, dag.name, place.runAt, dagRunId)}/${runLogName(at, dagRunId)}`;
  const record = firstRecord(attempt, place, attemptId, log);
  const line = recordToLine(record, false) + "\n";
  const definition = snapshotToJson(snapshot);
  const first = place.earlier.length === 0;
  const { parent, previous } = attempt;
  // What stands in a queue, or is to go on, has a place there: it must not be without a sign for a moment.
  const hasPlace = !parent && (previous?.status === RunStatus.Queued || previous?.resumes === true);
  let heartbeat = null as Heartbeat | null;
  let folder: MadeFolder | null = null;
  // What goes on after a crash goes on after a power cut, too: it has to be known then that its owner is dead.
  const mayGoOn = !parent && dag.onCrash === "resume";
  const sign = async () => {
    heartbeat = Heartbeat.start(roots, dag.queue || dag.name, dag.name, dagRunId, at);
    if (mayGoOn) await heartbeat.placed();
  };
  const owner = { [LEASE_FILE]: sealLine(JSON.stringify(lease)) + "\n" };
  try {
    if (hasPlace) await sign();
    // Whoever has given it back to its queue since then counts it, for it lives, or is seen here.
    if (await attempt.isCalled?.() === false) throw notCalled(attempt);
    folder = await makeFolder({
      path: first ? place.runDir : dir,
      attempt: first ? name : "",
      // Nobody was told of a sub-run: after a power cut its parent's record decides, and runs it again.
      sync: parent === null,
      durable: { [STATUS_FILE]: line, [DAG_FILE]: definition, ...mayGoOn ? owner : {} },
      volatile: { [EVENTS_FILE]: "", ...mayGoOn ? {} : owner },
    });
    if (!folder) throw idTaken(attempt, "start");
    folder.placed.catch(() => {});
    for (const [name, file] of Object.entries(folder.files)) if (name !== STATUS_FILE) file.close();
    if (!parent && !hasPlace) await sign();
    // It was kept for those who look for runs that are to go on, which this one does.
    if (previous?.resumes) removeHeartbeats(roots, dagRunId, heartbeat?.paths);
    return new FileAttempt({
      dir,
      record,
      placed: folder.placed,
      noted: noteDigest(dir, definition),
      statusFile: folder.files[STATUS_FILE],
      statusBytes: new TextEncoder().encode(line).length,
      viewDir: viewDir(logDir, dag.name, place.runAt, dagRunId),
      heartbeat,
      flushes: parent === null,
      makeRoom: () => releaseReserve(roots),
    });
  } catch (error) {
    if (previous?.resumes) heartbeat?.leave();
    else heartbeat?.stop();
    if (folder) {
      // Else it would be there for ever as one that is about to begin: this process lives, and does not own it.
      folder.files[STATUS_FILE].close();
      (await import("../runs/retention.ts")).removeFolders([first ? place.runDir : dir]);
    }
    throw error;
  }
}

/** @param log path of the run's log, unless an earlier attempt has begun one */
function firstRecord(attempt: NewAttempt, place: RunPlace, attemptId: string, log: string): RunRecord {
  const { previous, snapshot } = attempt;
  const record = newRunRecord({
    dag: snapshot.dag,
    dagRunId: attempt.dagRunId,
    attemptId,
    root: attempt.root,
    parent: attempt.parent,
    params: snapshot.params,
    createdAt: previous?.createdAt || (place.earlier.at(-1)?.at ?? attempt.createdAt),
    log: earlierLog(place) || log,
    pid: attempt.pid,
    workerId: attempt.workerId,
    trigger: previous?.trigger || attempt.trigger,
  });
  return carryOver(record, previous);
}

/** A retry goes on in the log of the first attempt. */
function earlierLog(place: RunPlace): string {
  for (const attempt of place.earlier) {
    const log = readRecord(attempt.path)?.log;
    if (log) return log;
  }
  return "";
}

/** States of steps of the same name; handlers and process groups begin anew. */
function carryOver(record: RunRecord, previous: RunRecord | null): RunRecord {
  if (!previous) return record;
  const known = new Map(previous.nodes.map((node) => [node.step.name, node]));
  const nodes = record.nodes.map((node) => {
    const earlier = known.get(node.step.name);
    return earlier ? { step: node.step, state: carriedState(node, earlier) } : node;
  });
  const { status, queuedAt } = previous;
  return { ...record, nodes, queuedAt: status === RunStatus.Queued ? queuedAt : 0 };
}

function carriedState(node: Node, earlier: Node): NodeState {
  const state = { ...earlier.state, pgid: 0 };
  if (state.shown || state.startedAt === 0) return state;
  // A stored record shows the commands as they were run, and has lost how they were written.
  const commands = earlier.step.commands.map((command) => command.text);
  const asWritten = earlier.step.script === node.step.script &&
    commands.length === node.step.commands.length &&
    commands.every((text, i) => text === node.step.commands[i].text);
  return asWritten ? state : { ...state, shown: { commands, script: earlier.step.script } };
}
