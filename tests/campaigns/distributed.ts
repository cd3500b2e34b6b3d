/**
 * Faults of machines, each in a network of its own: workers killed, cut off and frozen, coordinators killed and
 * followed. Every run has to come to its end, no step may run in two attempts at a time, and what is not begun has to
 * find another worker soon.
 *
 *     deno run -A tests/campaigns/distributed.ts [--short] [--verbose] [--storage=shared|remote] [NAME ...]
 *
 * Names are those of CAMPAIGNS; all of them, with workers that share the coordinator's folders and with workers that
 * do not, unless told otherwise. Needs the right to make network namespaces. `OURS` names a compiled program to test instead of the sources.
 */
import { assert, assertEquals } from "../assert.ts";
import { RunStatus } from "../../src/core/status.ts";
import { Home, pause, until } from "../support/home.ts";
import { type Machine, Machines, noMachines } from "../support/machines.ts";
import type { ServiceProcess } from "../support/services.ts";

const PORT = 50055;
const SHORT = Deno.args.includes("--short");

/** A step leaves such a line every 0.2 s: run, step, a word of its own, worker, seconds. */
const SCRIPT = `#!/bin/sh
word=$(cat /proc/sys/kernel/random/uuid)
i=0
while [ $i -lt $2 ]; do
  echo "$DAG_RUN_ID $1 $word $(hostname) $(date +%s.%N)" >> WORK/ticks
  sleep 0.2
  i=$((i + 1))
done
`;

/** A run that takes half a minute ends in time also where even healthy machines are taken for lost now and then. */
const LONG_MS = 300_000;

/** A step that was frozen may show itself for so long after its machine goes on. */
const WAKING_S = 5;

interface Tick {
  readonly run: string;
  readonly step: string;
  /** Of one execution. */
  readonly word: string;
  readonly machine: string;
  /** Seconds. */
  readonly at: number;
}

/** What workers have of the coordinator's folders: all of it, or nothing. */
export type Storage = "shared" | "remote";

class Site implements AsyncDisposable {
  readonly hub: Machine;
  readonly workers: readonly Machine[];
  /** By machine. */
  readonly services = new Map<string, ServiceProcess>();
  /** Of workers without the coordinator's folders. */
  readonly #homes: Home[] = [];
  readonly #thaws: { readonly machine: string; readonly at: number }[] = [];

  private constructor(readonly home: Home, readonly machines: Machines) {
    [this.hub, ...this.workers] = machines.all as [Machine, ...Machine[]];
  }

  static async open(storage: Storage): Promise<Site> {
    const home = await Home.make();
    const site = new Site(home, await Machines.make("hub", "w1", "w2"));
    Deno.writeTextFileSync(`${home.path}/step.sh`, SCRIPT.replaceAll("WORK", `${home.path}/work`), {
      mode: 0o755,
    });
    for (
      const args of [["server", site.hub.address], ["client", "hub"], ["worker", "w1"], ["worker", "w2"]]
    ) {
      const { code, stderr } = await home.run(["cert", ...args]);
      assertEquals(code, 0, stderr);
    }
    Deno.writeTextFileSync(
      `${home.path}/config.yaml`,
      "queues:\n  config:\n    - name: q\n      maxConcurrency: 100\n",
    );
    site.coordinator();
    site.scheduler();
    for (const machine of site.workers) await site.worker(machine, storage);
    for (const machine of site.workers) await site.services.get(machine.name)!.says("Worker started");
    await site.services.get("coordinator")!.says("Coordinator started");
    await site.services.get("scheduler")!.says("Scheduler started");
    return site;
  }

  coordinator(name = "coordinator"): ServiceProcess {
    const args = [
      "coordinator",
      `--coordinator.host=${this.hub.address}`,
      `--coordinator.advertise=${this.hub.address}`,
    ];
    return this.start(this.hub, name, args, this.peer(`server-${this.hub.address}`));
  }

  scheduler(name = "scheduler"): ServiceProcess {
    const env = { DAGU_SCHEDULER_PORT: "0", ...this.peer("client-hub") };
    return this.start(this.hub, name, ["scheduler"], env);
  }

  async worker(machine: Machine, storage: Storage): Promise<void> {
    const at = [`--worker.coordinator-host=${this.hub.address}`, `--worker.coordinator-port=${PORT}`];
    const args = [
      "worker",
      `--worker.id=${machine.name}`,
      "--worker.labels=pool=a",
      `--worker.storage=${storage}`,
      ...at,
    ];
    const home = storage === "shared" ? this.home : await Home.make();
    if (home !== this.home) this.#homes.push(home);
    this.start(machine, machine.name, args, this.peer(`worker-${machine.name}`), home);
  }

  start(
    machine: Machine,
    name: string,
    args: readonly string[],
    env: Record<string, string>,
    home = this.home,
  ): ServiceProcess {
    const service = machine.start(home, args, env);
    this.services.set(name, service);
    return service;
  }

  peer(name: string): Record<string, string> {
    const certs = `${this.home.path}/certs`;
    return {
      DAGU_PEER_CERT_FILE: `${certs}/${name}.pem`,
      DAGU_PEER_KEY_FILE: `${certs}/${name}-key.pem`,
      DAGU_PEER_CLIENT_CA_FILE: `${certs}/ca.pem`,
    };
  }

  /** @param ticks of each of its two steps */
  dag(name: string, ticks: number, more = "onCrash: resume\n"): string {
    const step = (word: string) =>
      `  - name: ${word}\n    command: ${this.home.path}/step.sh ${word} ${ticks}\n`;
    return this.home.dag(
      name,
      `${more}queue: q\nworkerSelector: {pool: a}\nsteps:\n${step("one")}${step("two")}`,
    );
  }

  async enqueue(dag: string, ...ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { code, stderr } = await this.home.run(["enqueue", "--quiet", `--run-id=${id}`, dag]);
      assertEquals(code, 0, stderr);
    }
  }

  ticks(): Tick[] {
    return this.home.marks("ticks").map((line) => {
      const [run, step, word, machine, at] = line.split(" ") as [string, string, string, string, string];
      return { run, step, word, machine, at: Number(at) };
    });
  }

  /** The machine that runs a step of a run, once one does. */
  async runsOn(run: string): Promise<Machine> {
    await until(
      () => this.ticks().some((tick) => tick.run === run),
      `a step of ${run}`,
      () => this.said(),
    );
    const { machine } = this.ticks().findLast((tick) => tick.run === run)!;
    return this.workers.find(({ name }) => name === machine)!;
  }

  async status(dag: string, id: string): Promise<RunStatus | undefined> {
    return (await this.home.store.find(dag, id))?.record.status;
  }

  /** @returns seconds until it had one of the statuses */
  async ends(dag: string, id: string, wanted: readonly RunStatus[], limitMs: number): Promise<number> {
    const start = performance.now();
    const isSo = async () => wanted.includes(await this.status(dag, id) ?? RunStatus.NotStarted);
    await until(isSo, `the end of ${id}`, () => this.said(), limitMs);
    return (performance.now() - start) / 1000;
  }

  said(): string {
    return [...this.services].map(([name, service]) => `--- ${name}\n${service.said}`).join("\n");
  }

  /** Lets a machine that was frozen go on. @returns when, in seconds */
  thaw(machine: Machine): number {
    machine.signalAll("SIGCONT");
    const at = Date.now() / 1000;
    this.#thaws.push({ machine: machine.name, at });
    return at;
  }

  /**
   * No execution of a step has a sign of life after another one of the same step had its first. One that was frozen
   * may be awake for a moment before its agent is.
   */
  assertApart(): void {
    const isWaking = (tick: Tick) =>
      this.#thaws.some(({ machine, at }) => tick.machine === machine && Math.abs(tick.at - at) < WAKING_S);
    const ticks = this.ticks().filter((tick) => !isWaking(tick));
    const steps = Map.groupBy(ticks, ({ run, step }) => `${run} ${step}`);
    for (const [step, ticks] of steps) {
      const executions = [...Map.groupBy(ticks, ({ word }) => word).values()]
        .map((all) => ({ from: all[0]!.at, to: all.at(-1)!.at, machine: all[0]!.machine }))
        .sort((a, b) => a.from - b.from);
      for (const [i, { from }] of executions.entries()) {
        const before = executions[i - 1];
        assert(!before || before.to < from, `${step} ran twice at a time: ${JSON.stringify(executions)}`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.machines[Symbol.asyncDispose]();
    for (const home of this.#homes) await home[Symbol.asyncDispose]();
    await this.home[Symbol.asyncDispose]();
  }
}

const OVER = [RunStatus.Succeeded];

/** One run works on each worker; then one of the machines is gone for good. */
async function killed(site: Site): Promise<string> {
  const long = site.dag("long", 100);
  await site.enqueue(long, "a");
  const victim = await site.runsOn("a");
  await pause(1000);
  const at = Date.now() / 1000;
  assert(victim.signalAll("SIGKILL").length >= 3);
  const short = site.dag("short", 1);
  await site.enqueue(short, "b", "c");
  const others = Math.max(
    await site.ends("short", "b", OVER, 40_000),
    await site.ends("short", "c", OVER, 40_000),
  );
  await site.ends("long", "a", OVER, LONG_MS);
  const again = site.ticks().filter(({ run }) => run === "a").find((tick) => tick.at > at + 1)!;
  assert(again.machine !== victim.name);
  return `others done after ${others.toFixed(1)} s, the lost run goes on after ${
    (again.at - at).toFixed(1)
  } s`;
}

/** A machine is cut off while it works. */
function cut(seconds: number): (site: Site) => Promise<string> {
  return async (site) => {
    const long = site.dag("long", 4 * 5);
    await site.enqueue(long, "a");
    const victim = await site.runsOn("a");
    const healthy = site.workers.find((machine) => machine !== victim)!;
    await victim.cable(false);
    const at = Date.now() / 1000;
    const short = site.dag("short", 1);
    await site.enqueue(short, "b", "c", "d");
    for (const id of ["b", "c", "d"]) await site.ends("short", id, OVER, 40_000);
    const moved = Date.now() / 1000 - at;
    await pause(seconds * 1000 - (Date.now() / 1000 - at) * 1000);
    await victim.cable(true);
    const healed = Date.now() / 1000;
    healthy.signalAll("SIGSTOP");
    // Only the machine that is back can take it.
    await site.enqueue(short, "e");
    await until(
      () => site.ticks().some(({ run }) => run === "e"),
      "a run on the healed machine",
      () => site.said(),
      40_000,
    );
    const recovered = site.ticks().find(({ run }) => run === "e")!;
    healthy.signalAll("SIGCONT");
    await site.ends("long", "a", OVER, LONG_MS);
    const last = site.ticks().filter(({ run, machine }) => run === "a" && machine === victim.name && true)
      .filter((tick) => tick.at < healed);
    return `others done ${moved.toFixed(1)} s after the cut, its own steps ended ${
      (last.at(-1)!.at - at).toFixed(1)
    } s after it, a new run on it ${(recovered.at - healed).toFixed(1)} s after the healing`;
  };
}

/** A machine stands still for longer than anybody waits for it, and goes on. */
async function frozen(site: Site): Promise<string> {
  const seconds = SHORT ? 40 : 85;
  const long = site.dag("long", 60);
  await site.enqueue(long, "a");
  const victim = await site.runsOn("a");
  victim.signalAll("SIGSTOP");
  const at = Date.now() / 1000;
  await until(
    () => site.ticks().some((tick) => tick.run === "a" && tick.machine !== victim.name),
    "the run elsewhere",
    () => site.said(),
    90_000,
  );
  const moved = Date.now() / 1000 - at;
  await pause(seconds * 1000 - moved * 1000);
  const before = site.ticks().length;
  const thawed = site.thaw(victim);
  await pause(8000);
  const after = site.ticks().slice(before).filter(({ machine, run }) =>
    machine === victim.name && run === "a"
  );
  const late = after.filter((tick) => tick.at > thawed + WAKING_S);
  assertEquals(late, [], "a step ran on after the thaw");
  const begun = after.filter(({ word }) => !site.ticks().slice(0, before).some((tick) => tick.word === word));
  assertEquals(begun, [], "a step began after the thaw");
  await site.ends("long", "a", OVER, LONG_MS);
  const recovered = site.dag("short", 1);
  await site.enqueue(recovered, "b");
  await site.ends("short", "b", OVER, 60_000);
  return `goes on elsewhere after ${
    moved.toFixed(1)
  } s; ${after.length} signs of life of the frozen step after the thaw`;
}

/** The coordinator is killed while it hands runs out, and begins anew. */
async function restart(site: Site): Promise<string> {
  const count = SHORT ? 20 : 60;
  const short = site.dag("short", 1, "");
  const ids = Array.from({ length: count }, (_, i) => `r${i}`);
  const queued = site.enqueue(short, ...ids);
  let kills = 0;
  let longest = 0;
  while (new Set(site.ticks().map(({ run }) => run)).size < count && kills < 5) {
    await pause(1000);
    await site.services.get("coordinator")!.kill();
    kills++;
    await pause(2000);
    const seen = site.ticks().length;
    const back = performance.now();
    site.coordinator();
    const all = () => new Set(site.ticks().map(({ run }) => run)).size;
    await until(() => site.ticks().length > seen || all() === count, "work", () => site.said(), 40_000);
    longest = Math.max(longest, (performance.now() - back) / 1000);
  }
  await queued;
  for (const id of ids) await site.ends("short", id, OVER, 90_000);
  const words = Map.groupBy(site.ticks(), ({ run, step }) => `${run} ${step}`);
  assertEquals(words.size, 2 * count);
  assertEquals([...words.values()].filter((ticks) => ticks.length !== 1), [], "a step ran twice");
  return `${kills} kills, ${count} runs once each, work at most ${longest.toFixed(1)} s after a start`;
}

/** Two coordinators: the one that leads is killed. */
async function pair(site: Site): Promise<string> {
  const first = site.services.get("coordinator")!;
  const second = site.coordinator("second");
  await second.says("Waiting to lead");
  const short = site.dag("short", 5, "");
  await site.enqueue(short, "a");
  await site.runsOn("a");
  await first.kill();
  const at = performance.now();
  await second.says("Coordinator started");
  const taken = (performance.now() - at) / 1000;
  await site.enqueue(short, "b");
  await site.ends("short", "a", OVER, 40_000);
  await site.ends("short", "b", OVER, 40_000);
  const words = Map.groupBy(site.ticks(), ({ run, step }) => `${run} ${step}`);
  assertEquals([...words.values()].map((ticks) => new Set(ticks.map(({ word }) => word)).size), [1, 1, 1, 1]);
  return `the second leads after ${taken.toFixed(1)} s`;
}

/** Runs are handed out when first the coordinator that leads is killed, then the scheduler, then the next coordinator. */
async function takeover(site: Site): Promise<string> {
  const count = SHORT ? 60 : 200;
  const standBys = [site.coordinator("second"), site.coordinator("third")];
  const scheduler = site.scheduler("second-scheduler");
  for (const one of [...standBys, scheduler]) await one.says("Waiting to lead");
  const short = site.dag("short", 1, "");
  const ids = Array.from({ length: count }, (_, i) => `t${i}`);
  const queued = Promise.all(
    [0, 1, 2, 3].map((part) => site.enqueue(short, ...ids.filter((_, i) => i % 4 === part))),
  );
  const begun = () => new Set(site.ticks().map(({ run }) => run)).size;
  const reached = (part: number) =>
    until(() => begun() >= count * part, `${part} of the runs`, () => site.said(), 300_000);
  const gaps: number[] = [];
  /** Kills one that leads; resolves when the next one has brought something about. */
  const follow = async (leads: ServiceProcess) => {
    const at = performance.now();
    const seen = begun();
    await leads.kill();
    await until(() => begun() > seen + 2, "work after a kill", () => site.said(), 60_000);
    gaps.push((performance.now() - at) / 1000);
  };
  await reached(0.1);
  await follow(site.services.get("coordinator")!);
  await reached(0.4);
  await follow(site.services.get("scheduler")!);
  await reached(0.7);
  await follow(standBys.find(({ said }) => said.includes("Coordinator started"))!);
  await queued;
  for (const id of ids) await site.ends("short", id, OVER, 120_000);
  const words = Map.groupBy(site.ticks(), ({ run, step }) => `${run} ${step}`);
  assertEquals(words.size, 2 * count);
  assertEquals([...words.values()].filter((ticks) => ticks.length !== 1), [], "a step ran twice");
  const { stdout } = await site.home.run(["queue", "list"]);
  assertEquals(stdout.trim(), "No runs wait");
  return `${count} runs once each; work after the kills within ${
    gaps.map((gap) => gap.toFixed(1)).join(", ")
  } s`;
}

export const CAMPAIGNS: Readonly<Record<string, (site: Site) => Promise<string>>> = {
  killed,
  cut15: cut(15),
  cut120: cut(120),
  frozen,
  restart,
  pair,
  takeover,
};

/** @returns what was seen @throws Error when a promise was broken */
export async function campaign(name: string, storage: Storage): Promise<string> {
  await using site = await Site.open(storage);
  const seen = await CAMPAIGNS[name]!(site);
  site.assertApart();
  if (Deno.args.includes("--verbose")) console.log(site.said());
  return seen;
}

if (import.meta.main) {
  const reason = await noMachines();
  if (reason !== "") {
    console.error(`Cannot be tested: ${reason}`);
    Deno.exit(1);
  }
  const named = Deno.args.filter((arg) => !arg.startsWith("--"));
  const usual = Object.keys(CAMPAIGNS).filter((name) => !SHORT || name !== "cut120");
  const only = Deno.args.find((arg) => arg.startsWith("--storage="))?.slice("--storage=".length);
  let failed = 0;
  for (const storage of ["shared", "remote"] as const) {
    if (only !== undefined && only !== storage) continue;
    for (const name of named.length > 0 ? named : usual) {
      try {
        console.log(`ok      ${storage} ${name}: ${await campaign(name, storage)}`);
      } catch (error) {
        failed++;
        console.log(`FAILED  ${storage} ${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  Deno.exit(failed === 0 ? 0 : 1);
}
