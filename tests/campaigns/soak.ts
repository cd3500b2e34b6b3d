/**
 * Scheduled, queued and distributed runs for an hour, while everything that works on them is killed, paused and told
 * to end at random. Then every run must have ended, every step must have been executed as often as it should, every
 * fire must be in the book once, nothing may be left behind, and what lived on must not have grown.
 *
 *     deno run -A tests/campaigns/soak.ts [--minutes 60] [--seed N] [--pace 1] [--keep]
 *
 * `--pace 2` is twice the work. `OURS` names a compiled program to test instead of the sources; of the sources more is
 * known about memory. `--keep` leaves the home as it is.
 */
import { Random } from "../fakes/random.ts";
import { isCompiled, pause, until } from "../support/home.ts";
import { RunStatus } from "../../src/core/status.ts";
import { SCHEDULED, TALE } from "./soak/definitions.ts";
import { Desk } from "./soak/desk.ts";
import { Faults } from "./soak/faults.ts";
import { Figures, type Growth } from "./soak/figures.ts";
import { Ledger, storedRuns } from "./soak/ledger.ts";
import { remainsOf } from "./soak/remains.ts";
import { Site } from "./soak/site.ts";
import { listens, looks, people, work } from "./soak/traffic.ts";

const SAMPLE_MS = 30_000;
/** Everything that was promised has ended so long after the last fault. */
const DRAIN_MS = 10 * 60_000;
/** A request, a command and a pause that had begun are over by then. */
const SETTLE_MS = 3 * 60_000;
/** By then services have swept up what others left that were killed. */
const SWEEP_MS = 95_000;
/**
 * MiB of one process in an hour. Sources are asked for what is in use, which machine code belongs to that is made as a
 * program warms up; of a compiled program only the heap is known, and that grows as long as nothing makes it small.
 */
const MOST_GROWTH = isCompiled() ? 16 : 3;
const MOST_DESCRIPTORS = 10;
/** A program warms up for longer than a shorter soak. */
const LEAST_MINUTES = 20;

function option(name: string, otherwise: number): number {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
}

const minutes = option("minutes", 60);
const seed = option("seed", 1);
const speed = option("pace", 1);

if (import.meta.main) Deno.exit(await soak() ? 0 : 1);

async function soak(): Promise<boolean> {
  const site = await Site.open();
  console.log(`${minutes} minutes, seed ${seed}, in ${site.home.path}`);
  const ledger = new Ledger();
  const desk = new Desk(site, ledger);
  const faults = new Faults(site, new Random(seed));
  const figures = new Figures(site);
  const ending = new AbortController();
  const { signal } = ending;
  const timer = setInterval(() => figures.sample(), SAMPLE_MS);
  const busy = {
    faults: faults.run(8000 / speed, signal),
    work: work(desk, new Random(seed + 1), 5000 / speed, signal),
    people: people(desk, new Random(seed + 2), TALE.replaceAll("WORK", `${site.home.path}/work`), signal),
    looks: looks(desk, new Random(seed + 3), 4000 / speed, signal),
    listens: listens(site.api[0]!, new Random(seed + 4), signal),
  };
  await pause(minutes * 60_000);
  ending.abort();
  const broken = await settled(busy);
  const events = await busy.listens;
  clearInterval(timer);
  broken.push(...await drain(site), ...await putAway(site));
  const verdict = await ledger.judge(site.home);
  const { left, folders } = remainsOf(site.home);
  const growth = figures.growth();
  broken.push(...verdict.broken, ...site.defects, ...left);
  if (minutes >= LEAST_MINUTES) broken.push(...growth.flatMap(grown));
  console.log(`\nstarts of services: ${text(site.starts)}`);
  console.log(`faults: ${text(faults.counts)}`);
  console.log(`ends: ${text(verdict.ends)}`);
  console.log(
    `${text(verdict.figures)}; ${desk.commands} commands, ${desk.requests} requests, ${events} events`,
  );
  console.log(`\nwhy runs failed:\n${lines(verdict.reasons)}`);
  console.log(`\nwhat was refused:\n${lines(desk.refusals)}`);
  console.log("\nfolder: files, MiB");
  for (const [name, [files, bytes]] of Object.entries(folders).sort()) {
    console.log(`  ${name}: ${files}, ${(bytes / 2 ** 20).toFixed(1)}`);
  }
  table(growth);
  for (const one of broken) console.log(`BROKEN  ${one}`);
  console.log(broken.length === 0 ? "\nok" : `\n${broken.length} broken`);
  if (Deno.args.includes("--keep")) Deno.writeTextFileSync(`${site.home.path}/samples`, figures.lines());
  else await site[Symbol.asyncDispose]();
  return broken.length === 0;
}

/** Waits for all that is under way. @returns what took longer than anything may */
async function settled(busy: Readonly<Record<string, Promise<unknown>>>): Promise<string[]> {
  const begun = performance.now();
  const took = await Promise.all(
    Object.entries(busy).map(async ([name, done]) => {
      await done;
      return [name, performance.now() - begun] as const;
    }),
  );
  return took.filter(([, ms]) => ms > SETTLE_MS)
    .map(([name, ms]) => `"${name}" went on for ${(ms / 1000).toFixed(0)} s when it should have ended`);
}

/** Takes the schedules away, and waits until nothing goes on any more. @returns what does not end */
async function drain(site: Site): Promise<string[]> {
  for (const name of Object.keys(SCHEDULED)) {
    const path = `${site.home.path}/dags/${name}.yaml`;
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace(/^schedule:\n( .*\n)+/, ""));
  }
  const open: readonly (RunStatus | undefined)[] = [
    undefined,
    RunStatus.NotStarted,
    RunStatus.Running,
    RunStatus.Queued,
    RunStatus.Waiting,
  ];
  const active = () => storedRuns(site.home).filter(({ attempts }) => open.includes(attempts.at(-1)?.status));
  const start = performance.now();
  while (active().length > 0) {
    if (performance.now() - start > DRAIN_MS) {
      return active().map(({ id, dir }) => `${id} has not ended ${DRAIN_MS / 60_000} minutes later: ${dir}`);
    }
    await pause(1000);
  }
  console.log(`everything had ended after ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return [];
}

/** Ends everything, has what was left swept up, and ends everything again. @returns processes that stay */
async function putAway(site: Site): Promise<string[]> {
  await site.stop();
  const stay = await remaining(site);
  site.again();
  await pause(SWEEP_MS);
  await site.stop();
  return [...stay, ...await remaining(site)];
}

async function remaining(site: Site): Promise<string[]> {
  await until(() => site.alive().length === 0, "the end of all processes", undefined, 20_000).catch(() => {});
  return site.alive().map(({ pid, command }) => `process ${pid} is left: ${command}`);
}

function grown({ name, from, to, slope, descriptors }: Growth): string[] {
  const broken: string[] = [];
  if (slope > MOST_GROWTH && to - from > MOST_GROWTH) {
    broken.push(`${name} grows by ${slope.toFixed(1)} MiB an hour`);
  }
  if (descriptors[1] - descriptors[0] > MOST_DESCRIPTORS) {
    broken.push(`${name} had ${descriptors[0]} descriptors open, and has ${descriptors[1]}`);
  }
  return broken;
}

function table(growth: readonly Growth[]): void {
  console.log("\nprocess             MiB from    to  most  an hour  resident  descriptors  CPU s");
  for (const { name, from, to, most, slope, resident, descriptors, cpu } of growth) {
    const figures = [from, to, most, slope, resident].map((figure) => figure.toFixed(1));
    const [a, b, c, d, e] = figures as [string, string, string, string, string];
    console.log(
      `${name.padEnd(18)}  ${a.padStart(8)} ${b.padStart(5)} ${c.padStart(5)} ${d.padStart(8)} ${
        e.padStart(9)
      }  ` +
        `${descriptors.join(" to ").padStart(11)} ${cpu.toFixed(1).padStart(6)}`,
    );
  }
}

function text(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).sort().map(([what, count]) => `${count} ${what}`).join(", ");
}

function lines(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).sort(([, a], [, b]) => b - a).slice(0, 40)
    .map(([what, count]) => `  ${String(count).padStart(5)}  ${what}`).join("\n");
}
