/** Kills a command before each of its file-changing calls, and looks at what is left. Needs strace. */
import { RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals } from "../assert.ts";
import { Home, until } from "./home.ts";
import { killing, type KillPoint, pointsOf, tracing } from "./kill_calls.ts";

export interface Sweep {
  readonly name: string;
  /** Makes what the command needs. `id` is a run id that nobody else uses. */
  prepare(home: Home, id: string): Promise<void>;
  /** The command to kill. */
  command(id: string): readonly string[];
  /** What has to hold afterwards, whenever the command was killed. */
  check(home: Home, id: string, killed: boolean): Promise<void>;
}

const FLOW = `
workingDir: WORK
handlerOn:
  exit: {command: 'echo $DAG_RUN_ID:exit >> marks'}
steps:
  - {name: a, command: 'echo $DAG_RUN_ID:a >> marks', output: OUT}
  - {name: b, command: 'echo $DAG_RUN_ID:b >> marks; test -e go'}
  - {name: c, call: inner}
---
name: inner
workingDir: WORK
steps:
  - {name: i, command: echo inner}
`;

async function expectCode(home: Home, code: number, ...args: string[]): Promise<string> {
  const { code: got, stdout, stderr } = await home.run(args);
  assertEquals(got, code, `${args.join(" ")}: ${stderr}`);
  return stdout;
}

async function status(home: Home, id: string): Promise<RunStatus | null> {
  const stored = await home.store.find("flow", id);
  if (!stored) return null;
  await expectCode(home, 0, "status", "--run-id", id, "flow");
  return (await home.store.find("flow", id))!.record.status;
}

/** The run ends well by a retry, or never was; nothing needs a hand. */
async function completes(home: Home, id: string): Promise<void> {
  const marks = () => home.marks().filter((line) => line.startsWith(`${id}:`));
  const now = await status(home, id);
  if (now === null) {
    assertEquals(marks(), [], `${id}: steps ran, and there is no record`);
    await expectCode(home, 0, "start", "-q", "--run-id", id, "flow");
  } else if (now !== RunStatus.Succeeded) {
    assertEquals(now, RunStatus.Failed, id);
    await expectCode(home, 0, "retry", "-q", "--run-id", id, "flow");
  }
  assertEquals((await home.store.find("flow", id))?.record.status, RunStatus.Succeeded, id);
  const stored = await home.store.find("flow", id);
  assertEquals(stored?.record.nodes.filter((node) => node.state.error !== ""), [], id);
  await home.quiet();
}

/** A run whose agent was killed in its second step. */
async function deadRun(home: Home, id: string, more = ""): Promise<void> {
  home.dag("flow", `${more}${FLOW.replace("test -e go", "test -e go || sleep 300")}`);
  const child = home.spawn(["start", "-q", "--run-id", id, "flow"]);
  await home.marked(`${id}:b`);
  child.kill("SIGKILL");
  await child.status;
}

/** A scheduler brings everything in order that a killed command left, and runs what is queued. */
async function withScheduler(
  home: Home,
  holds: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  Deno.writeTextFileSync(`${home.path}/config.yaml`, "scheduler: {port: 0}\n");
  const scheduler = home.spawn(["scheduler", "-q"]);
  try {
    await until(holds, what);
  } finally {
    scheduler.kill("SIGTERM");
    await scheduler.status;
  }
}

/** A scheduler has it go on, once; what was finished stays so. */
async function goesOnOnce(home: Home, id: string): Promise<void> {
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  const find = async () => (await home.store.find("flow", id))!;
  const over = async () => (await find()).record.status === RunStatus.Succeeded;
  await withScheduler(home, over, `${id}: its further attempt`);
  const marks = home.marks().filter((line) => line.startsWith(`${id}:`));
  assertEquals(marks, [`${id}:a`, `${id}:b`, `${id}:b`, `${id}:exit`]);
  assertEquals((await find()).lease?.epoch, 2, `${id}: attempts`);
  Deno.removeSync(`${home.path}/work/go`);
  await home.quiet();
}

function itemsInLine(home: Home): string[] {
  return home.files(/\/queue\/flow\/(claimed\/)?item_[^/]*$/);
}

/** A run that was put in line, or not, is run by a scheduler once. */
async function isRunOnce(home: Home, id: string): Promise<void> {
  const found = await home.store.find("flow", id);
  await expectCode(home, 0, "queue", "list");
  if (!found) await expectCode(home, 0, "enqueue", "-q", "--run-id", id, "flow");
  const ended = async () => (await home.store.find("flow", id))?.record.status === RunStatus.Succeeded;
  await withScheduler(home, async () => await ended() && itemsInLine(home).length === 0, `${id}: its run`);
  assertEquals(home.marks().filter((line) => line === `${id}:a`).length, 1, `${id}: how often it ran`);
  await home.quiet();
}

/** A run that was taken out of its queue does not run, whatever its removal left. */
async function isNeverRun(home: Home, id: string): Promise<void> {
  const found = await home.store.find("flow", id);
  await expectCode(home, 0, "queue", "list");
  if (found) await expectCode(home, 0, "dequeue", "-q", "flow", "--dag-run", `flow:${id}`);
  assertEquals(await home.store.find("flow", id), null, id);
  await expectCode(home, 0, "enqueue", "-q", "--run-id", `${id}-next`, "flow");
  await isRunOnce(home, `${id}-next`);
  assertEquals(home.marks().filter((line) => line.startsWith(`${id}:`)), [], `${id}: what ran`);
}

export const SWEEPS: readonly Sweep[] = [
  {
    name: "enqueue",
    prepare: (home) => Promise.resolve(void Deno.writeTextFileSync(`${home.path}/work/go`, "")),
    command: (id) => ["enqueue", "-q", "--run-id", id, "flow"],
    check: isRunOnce,
  },
  {
    name: "dequeue",
    prepare: async (home, id) => {
      Deno.writeTextFileSync(`${home.path}/work/go`, "");
      await expectCode(home, 0, "enqueue", "-q", "--run-id", id, "flow");
    },
    command: (id) => ["dequeue", "-q", "flow", "--dag-run", `flow:${id}`],
    check: isNeverRun,
  },
  {
    name: "start",
    prepare: (home) => Promise.resolve(void Deno.writeTextFileSync(`${home.path}/work/go`, "")),
    command: (id) => ["start", "-q", "--run-id", id, "flow"],
    check: completes,
  },
  {
    name: "retry",
    prepare: async (home, id) => {
      await Deno.remove(`${home.path}/work/go`).catch(() => {});
      await expectCode(home, 1, "start", "-q", "--run-id", id, "flow");
      Deno.writeTextFileSync(`${home.path}/work/go`, "");
    },
    command: (id) => ["retry", "-q", "--run-id", id, "flow"],
    check: async (home, id) => {
      await completes(home, id);
      const begun = home.marks().filter((line) => line === `${id}:a`);
      assertEquals(begun.length, 1, `${id}: the first step ran again`);
    },
  },
  {
    name: "status of a dead run",
    prepare: deadRun,
    command: (id) => ["status", "-q", "--run-id", id, "flow"],
    check: async (home, id) => {
      assertEquals(await status(home, id), RunStatus.Failed);
      await home.quiet();
    },
  },
  {
    name: "status of a dead run that goes on",
    prepare: (home, id) => deadRun(home, id, "onCrash: resume"),
    command: (id) => ["status", "-q", "--run-id", id, "flow"],
    check: goesOnOnce,
  },
  {
    name: "stop of a dead run",
    prepare: deadRun,
    command: (id) => ["stop", "-q", "--run-id", id, "flow"],
    check: async (home, id) => {
      await expectCode(home, 0, "stop", "-q", "--run-id", id, "flow");
      assertEquals(await status(home, id), RunStatus.Failed);
      await home.quiet();
    },
  },
  {
    name: "stop of a dead run that goes on",
    prepare: (home, id) => deadRun(home, id, "onCrash: resume"),
    command: (id) => ["stop", "-q", "--run-id", id, "flow"],
    check: async (home, id) => {
      await status(home, id);
      await expectCode(home, 0, "stop", "-q", "--run-id", id, "flow");
      const { record } = (await home.store.find("flow", id))!;
      assertEquals([record.status, record.resumes], [RunStatus.Failed, false]);
      await home.quiet();
    },
  },
  {
    name: "stop",
    prepare: async (home, id) => {
      home.dag("flow", FLOW.replace("test -e go", "sleep 300"));
      home.spawn(["start", "-q", "--run-id", id, "flow"]).unref();
      await home.marked(`${id}:b`);
    },
    command: (id) => ["stop", "-q", "--run-id", id, "flow"],
    check: async (home, id, killed) => {
      if (killed) await expectCode(home, 0, "stop", "-q", "--run-id", id, "flow");
      await home.quiet();
      assertEquals(await status(home, id), RunStatus.Aborted);
    },
  },
  {
    name: "cleanup",
    prepare: async (home, id) => {
      Deno.writeTextFileSync(`${home.path}/work/go`, "");
      await expectCode(home, 0, "start", "-q", "--run-id", id, "flow");
    },
    command: () => ["cleanup", "--yes", "--retention-days", "0", "flow"],
    check: async (home, id) => {
      await expectCode(home, 0, "history", "flow");
      await expectCode(home, 0, "cleanup", "--yes", "--retention-days", "0", "flow");
      assertEquals(await home.store.find("flow", id), null);
      assertEquals(home.files(new RegExp(`_${id}/|_${id}\\.`)), [], "Files of the removed run");
    },
  },
];

/**
 * Kills the command before its call number `from`, `from + stride` and so on.
 * @returns the number of kills.
 */
export async function sweep(sweep: Sweep, from: number, stride: number, most = Infinity): Promise<number> {
  await using home = await Home.make();
  const points = await calls(home, sweep);
  let kills = 0;
  for (let n = from; n <= points.length && kills < most; n += stride) {
    const point = points[n - 1]!;
    if (await killOnce(home, sweep, `n${n}`, point)) kills++;
  }
  assert(kills > 0, `${sweep.name} was never killed`);
  return kills;
}

/** What the command does when nobody kills it. */
async function calls(home: Home, sweep: Sweep): Promise<KillPoint[]> {
  home.dag("flow", FLOW);
  await sweep.prepare(home, "n0");
  const trace = `${home.path}/trace`;
  const { code } = await home.spawn(sweep.command("n0"), tracing(trace)).status;
  assertEquals(code, 0, `${sweep.name} without a kill`);
  await sweep.check(home, "n0", false);
  return pointsOf(Deno.readTextFileSync(trace));
}

/** @returns whether it was killed: it may have ended before it came to that call */
async function killOnce(home: Home, sweep: Sweep, id: string, point: KillPoint): Promise<boolean> {
  home.dag("flow", FLOW);
  await sweep.prepare(home, id);
  const { code, signal } = await home.spawn(sweep.command(id), killing(point)).status;
  const killed = signal === "SIGKILL" || code === 137;
  const what = `${sweep.name} killed before ${point.call} number ${point.nth}`;
  if (!killed) assertEquals(code, 0, what);
  try {
    await sweep.check(home, id, killed);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return killed;
}
