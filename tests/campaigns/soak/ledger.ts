/** What was promised in a soak, and whether it was kept: every run, every step, every fire. */
import { isFinishedNode, NodeStatus, RunStatus, runStatusName } from "../../../src/core/status.ts";
import type { RunRecord } from "../../../src/core/run.ts";
import { readRecord } from "../../../src/stores/file/attempt/read_attempt.ts";
import { attemptsOf, namesIn } from "../../../src/stores/file/runs/run_tree.ts";
import { fires } from "../../support/schedulers.ts";
import type { Home } from "../../support/home.ts";
import { PERIODS, TRIES } from "./definitions.ts";

/** One run with all that is stored of it, oldest attempt first. */
export interface FoundRun {
  readonly id: string;
  readonly dir: string;
  /** null for an attempt that cannot be read. */
  readonly attempts: readonly (RunRecord | null)[];
}

export interface Verdict {
  /** Promises that were broken. */
  readonly broken: string[];
  /** Runs by how they ended. */
  readonly ends: Record<string, number>;
  /** Runs that failed, by what they say. */
  readonly reasons: Record<string, number>;
  readonly figures: Record<string, number>;
}

const OVER: readonly RunStatus[] = [
  RunStatus.Succeeded,
  RunStatus.PartiallySucceeded,
  RunStatus.Failed,
  RunStatus.Aborted,
];

export class Ledger {
  /** Runs that were acknowledged, with what was asked for. */
  readonly promised = new Map<string, string>();
  /** Runs that were taken away again, or whose removal was asked for. */
  readonly removed = new Set<string>();
  /** Acknowledged retries, by run. */
  readonly retries = new Map<string, number>();

  promise(id: string, what: string): void {
    this.promised.set(id, what);
  }

  retried(id: string): void {
    this.retries.set(id, (this.retries.get(id) ?? 0) + 1);
  }

  /** Looks through everything that is stored. Nothing may run any more. */
  async judge(home: Home): Promise<Verdict> {
    const verdict: Verdict = { broken: [], ends: {}, reasons: {}, figures: {} };
    const roots = storedRuns(home);
    const byId = new Map(roots.map((run) => [run.id, run]));
    const all = [...roots, ...roots.flatMap((run) => children(run.dir))];
    for (const [id, what] of this.promised) {
      if (!byId.has(id) && !this.removed.has(id)) verdict.broken.push(`${what} ${id} is gone`);
    }
    for (const [id, count] of this.retries) {
      const run = byId.get(id);
      if (run && run.attempts.length < count + 1) verdict.broken.push(`${id} has lost a retry`);
    }
    for (const run of all) judgeEnd(run, verdict);
    judgeSteps(all, executions(home), this.removed, verdict);
    await judgeFires(home, byId, verdict);
    Object.assign(verdict.figures, { promised: this.promised.size, runs: roots.length, all: all.length });
    return verdict;
  }
}

/** Root runs, wherever they stand by now. */
export function storedRuns(home: Home): FoundRun[] {
  const root = `${home.path}/data/dag-runs`;
  const below = (folder: string) => namesIn(folder).map((name) => `${folder}/${name}`);
  return namesIn(root).flatMap((dag) => below(`${root}/${dag}/dag-runs`))
    .flatMap(below).flatMap(below).flatMap(below)
    .filter((dir) => /\/dag-run_[^/]*$/.test(dir))
    .map((dir) => found(dir, /\/dag-run_\d{8}_\d{6}Z_([^/]*)$/.exec(dir)?.[1] ?? dir));
}

function children(dir: string): FoundRun[] {
  return namesIn(`${dir}/children`).filter((name) => name.startsWith("child_"))
    .map((name) => found(`${dir}/children/${name}`, name.slice(6)));
}

function found(dir: string, id: string): FoundRun {
  return { id, dir, attempts: attemptsOf(dir).reverse().map(({ path }) => readRecord(path)) };
}

function judgeEnd(run: FoundRun, { broken, ends, reasons }: Verdict): void {
  const { attempts } = run;
  const last = attempts.at(-1);
  if (!last || attempts.includes(null)) {
    broken.push(`${run.dir} cannot be read`);
    return;
  }
  const word = runStatusName(last.status);
  ends[word] = (ends[word] ?? 0) + 1;
  if (!OVER.includes(last.status)) broken.push(`${last.name} ${run.id} is ${word}`);
  for (const record of attempts) {
    if (record!.status === RunStatus.Failed) {
      const failed = record!.nodes.find(({ state }) => state.error !== "")?.state.error;
      const reason = (record!.error || failed || "?").replace(/\n[^]*|\b(?=\w*\d)[\w-]{8,}|\d+/g, "N").slice(
        0,
        120,
      );
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    for (const { step, state } of record!.nodes) {
      if (OVER.includes(record!.status) && state.status === NodeStatus.Running) {
        broken.push(`${last.name} ${run.id} is over, its step ${step.name} is not`);
      }
    }
  }
}

/** One execution of a step, as it marked it. Times are seconds since the machine began. */
interface Execution {
  readonly begin: number;
  readonly last: number;
  /** "" for one that did not come to its end. */
  readonly end: string;
}

/** By run and step. */
function executions(home: Home): Map<string, Execution[]> {
  const byWord = new Map<string, { key: string; begin: number; last: number; end: string }>();
  for (const line of home.marks()) {
    const [kind, run, step, word, up] = line.split(" ");
    if (up === undefined) continue;
    const at = Number(up);
    const one = byWord.get(word!) ?? { key: `${run} ${step}`, begin: at, last: at, end: "" };
    one.last = at;
    if (kind!.startsWith("end-")) one.end = kind!.slice(4);
    byWord.set(word!, one);
  }
  return Map.groupBy([...byWord.values()].sort((a, b) => a.begin - b.begin), ({ key }) => key);
}

function judgeSteps(
  runs: readonly FoundRun[],
  marks: Map<string, Execution[]>,
  removed: ReadonlySet<string>,
  verdict: Verdict,
): void {
  const { broken, figures } = verdict;
  let [repeated, untold, count] = [0, 0, 0];
  for (const run of runs) {
    const attempts = run.attempts.filter((record) => record !== null);
    for (const { step: { name } } of attempts.at(-1)?.nodes ?? []) {
      const states = attempts.flatMap(({ nodes }) =>
        nodes.filter(({ step }) => step.name === name).map(({ state }) => state)
      );
      const seen = marks.get(`${run.id} ${name}`) ?? [];
      marks.delete(`${run.id} ${name}`);
      count += seen.length;
      const what = `${attempts.at(-1)!.name} ${run.id} ${name}`;
      const begun = states.filter(({ startedAt }, i) =>
        startedAt > 0 && startedAt !== states[i - 1]?.startedAt
      );
      const allowed = begun.length * (TRIES[name] ?? 1);
      const more = seen.length - allowed;
      if (more > mayBeUntold(attempts)) {
        broken.push(`${what} was executed ${seen.length} times, ${allowed} were to be`);
      } else if (more > 0) untold += more;
      const isCall = attempts.some(({ nodes }) =>
        nodes.some(({ step, state }) => step.name === name && state.children.length > 0)
      );
      if (states.at(-1)?.status === NodeStatus.Succeeded && !isCall && !seen.some(({ end }) => end !== "")) {
        broken.push(`${what} has succeeded and was never executed`);
      }
      if (seen.some(({ begin }, i) => i > 0 && begin < seen[i - 1]!.last)) {
        broken.push(`${what} ran twice at a time: ${JSON.stringify(seen)}`);
      }
      const undone = states.findIndex((state, i) =>
        i > 0 && states[i - 1]!.status === NodeStatus.Succeeded && isFinishedNode(state.status) &&
        state.startedAt !== states[i - 1]!.startedAt
      );
      if (undone > 0) broken.push(`${what} had succeeded and was executed again`);
      if (!(name in TRIES) && seen.filter(({ end }) => end === "0").length > 1) repeated++;
    }
  }
  for (const key of marks.keys()) {
    if (!removed.has(key.split(" ")[0]!)) broken.push(`${key} was executed, and there is no record`);
  }
  Object.assign(figures, { executions: count, "repeated before their end was known": repeated, untold });
}

/** A worker without the home's folders that is lost may have begun a step in each attempt that it had not told of yet. */
function mayBeUntold(attempts: readonly RunRecord[]): number {
  return attempts.filter(({ workerId, status }) => /^far\b/.test(workerId) && status === RunStatus.Failed)
    .length;
}

/** Each expected fire ended as one thing, and each run of a fire is there. */
async function judgeFires(
  home: Home,
  runs: ReadonlyMap<string, FoundRun>,
  { broken, ends, figures }: Verdict,
): Promise<void> {
  let total = 0;
  const started = new Set<string>();
  for (const [key, period] of Object.entries(PERIODS)) {
    const [dag, kind] = key.split(" ");
    const book = (await fires(home, dag!)).filter((record) => record.kind === kind);
    book.sort((a, b) => a.since - b.since);
    let next = book[0]?.since ?? 0;
    for (const { since, at, count, outcome, runId } of book) {
      if (since !== next) {
        const what = since < next ? "in the book twice" : "missing in the book";
        broken.push(`${key} at ${new Date(Math.min(since, next)).toISOString()} is ${what}`);
      }
      if ((at - since) / (period * 1000) !== count - 1) {
        broken.push(`${key} at ${new Date(at).toISOString()} stands for ${count} fires`);
      }
      next = at + period * 1000;
      total += count;
      ends[`fire ${outcome}`] = (ends[`fire ${outcome}`] ?? 0) + count;
      if (runId === "" || kind !== "start" || outcome === "skipped" || outcome === "missed") continue;
      if (!runs.has(runId)) broken.push(`${key}: its run ${runId} is not there`);
      if (started.has(runId)) broken.push(`${key}: its run ${runId} was started twice`);
      started.add(runId);
    }
    if (book.length === 0) broken.push(`${key} never fired`);
  }
  for (const run of runs.values()) {
    const record = run.attempts.at(-1);
    if (record && `${record.name} start` in PERIODS && !started.has(run.id)) {
      broken.push(`${record.name} ${run.id} ran without a fire`);
    }
  }
  figures.fires = total;
}
