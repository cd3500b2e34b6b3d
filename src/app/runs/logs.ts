/** Lines that the steps of a run wrote, one after the other or as they come. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import type { Node } from "../../core/run.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import { LineFollower } from "../../platform/logs/line_follower.ts";
import { readLines } from "../../platform/logs/log_files.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { LogLine, LogOptions } from "../app.ts";
import { findRun } from "./find_run.ts";
import { openStores, type Stores } from "../stores.ts";

/** Longest pause between two looks at the files of a run that goes on. */
const LOOK_MS = 100;

export async function* logLines(config: Config, options: LogOptions): AsyncGenerator<LogLine> {
  const stores = openStores(config);
  const run = await findRun(stores, options.dag, options.runId, "show the logs of");
  if (options.follow && isOpen(run)) yield* follow(stores, run, options);
  else yield* whole(run, options);
}

/** Step by step, in the order in which they began. */
async function* whole(run: StoredRun, options: LogOptions): AsyncGenerator<LogLine> {
  const nodes = nodesOf(run, options.step).filter((node) => node.state.stdout !== "");
  nodes.sort((a, b) => a.state.startedAt - b.state.startedAt);
  for (const node of nodes) {
    for (const { stream, path } of filesOf(node, options)) {
      for await (const line of readLines(path)) yield { step: node.step.name, stream, line };
    }
  }
}

/** What was written so far, then what comes, until the run has ended. */
async function* follow(stores: Stores, run: StoredRun, options: LogOptions): AsyncGenerator<LogLine> {
  const followers = new Map<string, { step: string; stream: string; lines: LineFollower }>();
  for (;;) {
    const now = await current(stores, run);
    for (const node of nodesOf(now, options.step)) {
      for (const { stream, path } of filesOf(node, options)) {
        if (followers.has(path)) continue;
        followers.set(path, { step: node.step.name, stream, lines: new LineFollower(path) });
      }
    }
    const ended = !isOpen(now) || await stores.runs.liveness(now) === "dead";
    for (const { step, stream, lines } of followers.values()) {
      for (const line of lines.take(ended)) yield { step, stream, line };
    }
    if (ended) return;
    await systemClock.sleep(LOOK_MS);
  }
}

async function current(stores: Stores, run: StoredRun): Promise<StoredRun> {
  return await stores.runs.find(run.record.name, run.record.dagRunId) ?? run;
}

function isOpen(run: StoredRun): boolean {
  const { status } = run.record;
  return status === RunStatus.Running || status === RunStatus.NotStarted || status === RunStatus.Queued;
}

function nodesOf(run: StoredRun, step: string): Node[] {
  const all = [...run.record.nodes, ...Object.values(run.record.handlers)];
  if (step === "") return all;
  const chosen = all.filter((node) => node.step.name === step || node.step.id === step);
  if (chosen.length > 0) return chosen;
  const names = all.map((node) => `"${node.step.name}"`).join(", ");
  throw new DaguError(`Cannot show the log of step "${step}": the steps of this run are ${names}`);
}

function filesOf(node: Node, options: LogOptions): { stream: string; path: string }[] {
  const { stdout, stderr, status } = node.state;
  if (stdout === "" || status === NodeStatus.NotStarted) return [];
  const files = [];
  if (options.stream !== "stderr" || stdout === stderr) files.push({ stream: "stdout", path: stdout });
  if (options.stream !== "stdout" && stderr !== stdout) files.push({ stream: "stderr", path: stderr });
  return files;
}
