/** Lives through the world of one seed. */
import "./loaded.ts";
import { uuidV7 } from "../../src/core/ids.ts";
import { isCrashed } from "../../src/core/crashed_record.ts";
import { MAX_RESUMES } from "../../src/core/resume_rule.ts";
import { runStatusName } from "../../src/core/status.ts";
import { dagOf } from "./home.ts";
import { FileFireStore } from "../../src/stores/file/fires/fire_store.ts";
import { calmDown, troubleOf } from "./faults.ts";
import { clientMain } from "./programs/client.ts";
import { withinSimulation } from "./system.ts";
import { Violation } from "./ledger.ts";
import { World } from "./world.ts";

const MOST_RUNS = 10;
const LONGEST_TROUBLE_MS = 25_000;
/** Of some worlds a full minute more is seen. */
const MINUTE_MS = 110_000;
/** All ends have come by then. */
const LATEST_MS = 180_000;
const PATIENCE_MS = 1_000;
/** Between two looks whether somebody leads. */
const LOOK_MS = 500;
/** When nothing more goes wrong, somebody leads by then. */
const LEAD_MS = 45_000;

export interface Outcome {
  /** What was found wrong; null when nothing was. */
  readonly failure: Error | null;
  /** What happened, line by line, where it was asked for. */
  readonly story: readonly string[];
  /** Equal for two lives that were the same. */
  readonly print: string;
}

/** To be called outside of all promises, as the first thing in a turn of the event loop. */
export function simulate(seed: number, tellsStory = false): Outcome {
  const world = new World(seed, tellsStory);
  let failure: Error | null = null;
  withinSimulation(() => {
    try {
      live(world);
    } catch (error) {
      failure = error as Error;
    }
  });
  const { story, timeline, random } = world;
  return { failure, story: story ?? [], print: `${timeline.now} ${random.next()}` };
}

function live(world: World): void {
  const { random, timeline } = world;
  const troubleMs = LONGEST_TROUBLE_MS * random.pick([0.3, 0.5, 1]);
  const runs = 1 + random.below(MOST_RUNS);
  for (const service of world.services) timeline.after(random.below(2_000), () => world.start(service));
  for (let i = 0; i < runs; i++) timeline.after(random.below(troubleMs), () => enqueue(world));
  const look = () => {
    world.lookForLeader();
    timeline.after(LOOK_MS, look);
  };
  look();
  const faults = troubleOf(world);
  const pause = random.pick([1_000, 3_000, 6_000]);
  const calmMs = random.chance(0.1) ? MINUTE_MS : 0;
  while (timeline.now < troubleMs) {
    world.pass(random.below(pause));
    if (faults.length > 0) random.pick(faults)(world);
  }
  calmDown(world);
  const calmAt = timeline.now;
  while (timeline.now < calmAt + calmMs || !isOver(world)) {
    world.pass(PATIENCE_MS);
    if (timeline.now > calmAt + LATEST_MS) throw new Violation(`G2: ${unfinished(world)}`);
  }
  checkAcknowledged(world);
  checkResumed(world);
  checkEnd(world, calmAt);
}

/** Now and then two ask for the same run. */
function enqueue(world: World): void {
  const { random, machines, timeline, began } = world;
  const bytes = (length: number) => Uint8Array.from({ length }, () => random.below(256));
  const ref = {
    name: random.pick(world.hasWorkers ? ["near", "again", "far", "farAgain"] : ["near", "again"]),
    id: uuidV7(began + timeline.now, bytes),
  };
  const priority = random.chance(0.2) ? "high" : "low";
  // Those who choose an id choose it on one machine.
  const machine = random.pick(machines);
  for (let i = random.chance(0.15) ? 2 : 1; i > 0; i--) {
    const process = world.addProcess(machine, "client");
    process.deliver(() => void world.runMain(process, () => clientMain(process, ref, priority)));
  }
}

function isOver(world: World): boolean {
  return world.ledger.runningSteps === 0 && unfinished(world) === "";
}

/** What has no end yet, in words: runs, acknowledged or not, and items of queues. */
function unfinished(world: World): string {
  return world.asAuditor(async (services) => {
    const open: string[] = [];
    for await (const { record: { name, dagRunId, status } } of services.runs.unended()) {
      open.push(`${name} ${dagRunId} is ${runStatusName(status)}`);
    }
    const queues = await services.queues();
    for (const queue of await queues.queues()) {
      const { waiting, claims, bad } = await queues.contents(queue);
      const left = [...waiting, ...claims.map(({ item }) => item), ...bad];
      open.push(...left.map(({ id }) => `the queue "${queue}" holds ${id}`));
    }
    return open.join("; ");
  });
}

/** Nothing is forgotten. */
function checkAcknowledged(world: World): void {
  world.asAuditor(async ({ runs }) => {
    for (const { ref, acknowledgements } of world.ledger.runs.values()) {
      if (acknowledgements === 0 || await runs.find(ref.name, ref.id)) continue;
      throw new Violation(`G1: ${ref.id} was acknowledged, and there is no record of it`);
    }
  });
}

/** What is to go on after a crash has gone on, as often as that is tried. */
function checkResumed(world: World): void {
  world.asAuditor(async ({ runs }) => {
    for (const { ref } of world.ledger.runs.values()) {
      const stored = dagOf(ref.name).onCrash === "resume" ? await runs.find(ref.name, ref.id) : null;
      // Without a lease, which a power cut may take, nobody knows how often it was tried.
      const attempts = stored?.lease?.epoch ?? Infinity;
      if (!stored || !isCrashed(stored.record) || attempts > MAX_RESUMES) continue;
      throw new Violation(`G2: ${ref.id} crashed at its attempt ${attempts}, and does not go on`);
    }
  });
}

/** The book of fires is in order. */
function checkEnd(world: World, calmAt: number): void {
  const { began, timeline } = world;
  world.asAuditor(async (services) => {
    const fires = new FileFireStore(services.config.paths.dataDir);
    const told = new Map<string, number>();
    const settled = new Set<number>();
    for (const { tick, at, dag, runId } of await fires.list({})) {
      settled.add(at);
      told.set(tick, (told.get(tick) ?? 0) + 1);
      if (runId !== "" && !await services.runs.find(dag, runId)) {
        throw new Violation(
          `G1: the fire ${tick} is said to have started ${runId}, and there is no record of it`,
        );
      }
    }
    for (const [tick, times] of told) {
      if (times > 1) throw new Violation(`G6: the fire ${tick} is told ${times} times`);
    }
    const due = Math.ceil((began + calmAt + LEAD_MS) / 60_000) * 60_000;
    const sameClocks = world.machines.every(({ clockOffset }) => clockOffset === 0);
    if (sameClocks && due < began + timeline.now - PATIENCE_MS && !settled.has(due)) {
      throw new Violation(`G12: nothing became of the fire at ${new Date(due).toISOString()}`);
    }
  });
}
