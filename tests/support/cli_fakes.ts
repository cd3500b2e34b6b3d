/** Stand-ins for what the command line works with. */
import type { App } from "../../src/app/app.ts";
import type { Console } from "../../src/cli/command.ts";
import { main, type Surroundings } from "../../src/cli/main.ts";
import type { Config } from "../../src/config/config.ts";
import { findLayout } from "../../src/config/layout.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import type { Step } from "../../src/core/dag.ts";
import { INITIAL_NODE_STATE, type Node, type NodeState, type RunRecord } from "../../src/core/run.ts";
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import type { StoredRun } from "../../src/ports/run_store.ts";
import { makeStep } from "../fakes/dags.ts";

/** A moment: 2026-01-31T12:00:00Z. */
export const NOON = Date.UTC(2026, 0, 31, 12);

export function fakeStep(name: string, change: Partial<Step> = {}): Step {
  return makeStep(name, { commands: [{ text: `echo ${name}`, args: null }], ...change });
}

/** A node that succeeded within 1.5 s unless told otherwise. */
export function fakeNode(name: string, state: Partial<NodeState> = {}, step: Partial<Step> = {}): Node {
  const done = { status: NodeStatus.Succeeded, startedAt: NOON, finishedAt: NOON + 1500, doneCount: 1 };
  return { step: fakeStep(name, step), state: { ...INITIAL_NODE_STATE, ...done, ...state } };
}

export function fakeRecord(nodes: readonly Node[], change: Partial<RunRecord> = {}): RunRecord {
  return {
    root: { name: "etl", id: "r-1" },
    parent: null,
    name: "etl",
    dagRunId: "r-1",
    attemptId: "abc123",
    trigger: "",
    status: RunStatus.Succeeded,
    workerId: "local",
    pid: 1,
    nodes,
    handlers: {},
    createdAt: NOON,
    queuedAt: 0,
    priority: "low",
    startedAt: NOON,
    finishedAt: NOON + 2000,
    log: "/logs/run.log",
    error: "",
    params: "",
    paramsList: [],
    conditions: [],
    resumes: false,
    seq: 1,
    ...change,
  };
}

export function fakeStored(record: RunRecord): StoredRun {
  return { record, dir: "/data/run", lease: null };
}

export function fakeConfig(env: Readonly<Record<string, string>> = {}): Config {
  const place = { env, userHome: "/u", cwd: "/w" };
  const layout = findLayout({ ...place, flag: "/h", legacyHomeExists: () => false });
  return resolveConfig({ ...place, layout, flags: {}, files: [], scopes: ["core"], warnings: [] });
}

export interface Played {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Play {
  readonly app?: Partial<App>;
  readonly env?: Readonly<Record<string, string>>;
  readonly answer?: string;
  readonly console?: Partial<Console>;
  readonly loadConfig?: Surroundings["loadConfig"];
}

/** Runs a command line against an application of which only some functions are there. */
export async function play(args: readonly string[], play: Play = {}): Promise<Played> {
  let out = "";
  let err = "";
  const console: Console = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    ask: () => Promise.resolve(play.answer ?? null),
    outIsTerminal: false,
    errIsTerminal: false,
    columns: () => 0,
    rows: () => 0,
    colour: false,
    now: () => NOON,
    ...play.console,
  };
  const code = await main(args, {
    console,
    env: play.env ?? {},
    cwd: "/w",
    loadConfig: play.loadConfig ?? (() => Promise.resolve(fakeConfig())),
    loadApp: () => Promise.resolve(play.app as App),
  });
  return { code, out, err };
}
