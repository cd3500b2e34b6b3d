/** What truly happened in a simulated world, seen from outside of it, and what must never happen. */
import type { RunRef } from "../../src/core/run.ts";
import { idTime } from "../../src/core/ids.ts";
import { NodeStatus, type RunStatus } from "../../src/core/status.ts";
import type { LeaseStore } from "../../src/ports/lease_store.ts";
import type { QueueItem } from "../../src/ports/queue_store.ts";
import type { LaunchRequest } from "../../src/ports/run_launcher.ts";
import type { Attempt, RunStore } from "../../src/ports/run_store.ts";
import { dagOf, LIMIT } from "./home.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

/** Acts that follow each other closely share one look at the claims. */
const LOOK_HOLDS_MS = 20;
/** What was recorded by then is on the disk. */
const FLUSHED_MS = 2_000;
const FAIL_OVER_MS = 15_000;
/** What comes on top of it: the next look, and the flush of the claim. */
const SLACK_MS = 2_000;

export type Kind = "scheduler" | "coordinator";

interface StepFacts {
  /** When its end was recorded; -1 while it was not. */
  recordedAt: number;
}

/** One run, from the first that was heard of it. */
export class RunFacts {
  askedAt = Infinity;
  /** When whoever asked was told that it is queued. */
  acknowledgedAt = Infinity;
  acknowledgements = 0;
  queue = "";
  priority = "";
  /** A scheduler has taken it out of the line, or tried to. */
  claimed = false;
  /** The processes that began steps of it. */
  readonly owners = new Set<Process>();
  readonly steps = new Map<string, StepFacts>();

  constructor(readonly ref: RunRef) {}
}

interface Execution {
  readonly run: string;
  readonly step: string;
  readonly process: Process;
}

/** A run that has an open attempt. */
interface OpenRun {
  readonly ref: RunRef;
  readonly process: Process;
}

export class Violation extends Error {
  override readonly name = "Violation";
}

export class Ledger {
  readonly runs = new Map<string, RunFacts>();
  /** Ids of the runs that each tick started. */
  readonly ticks = new Map<number, Set<string>>();
  readonly #open = new Set<OpenRun>();
  readonly #running = new Set<Execution>();
  readonly #epochs: Record<Kind, { epoch: number; at: number }> = {
    scheduler: { epoch: 0, at: 0 },
    coordinator: { epoch: 0, at: 0 },
  };
  readonly #leading = new Set<Process>();
  /** Since when a scheduler could lead, and none did. */
  #leaderless: number | null = null;

  constructor(readonly world: World) {}

  run(ref: RunRef): RunFacts {
    let facts = this.runs.get(ref.id);
    if (!facts) this.runs.set(ref.id, facts = new RunFacts(ref));
    return facts;
  }

  enqueueing(ref: RunRef, queue: string, priority: string): void {
    const facts = this.run(ref);
    facts.askedAt = Math.min(facts.askedAt, this.world.timeline.now);
    Object.assign(facts, { queue, priority });
  }

  acknowledged(ref: RunRef): void {
    const facts = this.run(ref);
    facts.acknowledgedAt = this.world.timeline.now;
    this.world.note(`${ref.id} is acknowledged`);
    if (++facts.acknowledgements > 1) this.#violated("G16", `two were told that they have queued ${ref.id}`);
  }

  /** A scheduler has taken an item out of its line. */
  claimed({ run, queue, priority }: QueueItem): void {
    const facts = this.run(run);
    this.world.note(`${run.id} is claimed`);
    for (const other of this.runs.values()) {
      if (other.claimed || other.queue !== queue || other.priority !== priority || other === facts) continue;
      if (other.acknowledgedAt < facts.askedAt) {
        this.#violated("G15", `${run.id} leaves the line before ${other.ref.id}, which came earlier`);
      }
    }
    facts.claimed = true;
  }

  /** An item could not be taken out of its line: the others go first for a while. */
  stepsAside({ run }: QueueItem): void {
    this.run(run).claimed = true;
  }

  /** A scheduler asks for a run. */
  asked(request: LaunchRequest): void {
    if (request.kind !== "start") return;
    const tick = idTime(request.dagRunId) ?? 0;
    const ids = this.ticks.get(tick) ?? new Set();
    this.ticks.set(tick, ids.add(request.dagRunId));
    if (ids.size > 1) this.#violated("G6", `the tick ${new Date(tick).toISOString()} has two runs`);
  }

  /** A process has opened an attempt, and is about to carry it out. */
  runBegins(ref: RunRef, process: Process): void {
    if (process.dead) return;
    this.world.note(`${process.name} has ${ref.id}`);
    const one = { ref, process };
    this.#open.add(one);
    process.onEnd(() => this.#open.delete(one));
    const { queue } = dagOf(ref.name);
    if (queue === "") return;
    // A frozen process on another machine counts no longer than its lease does.
    const there = [...this.#open].filter((other) =>
      dagOf(other.ref.name).queue === queue && other.process.works
    );
    const runs = new Set([ref.id, ...there.map((other) => other.ref.id)]);
    if (runs.size > LIMIT) {
      this.#violated("G18", `${ref.id} begins as one of ${runs.size} runs of the queue "${queue}"`);
    }
  }

  /** All steps of a run are done, and nobody has been told yet. */
  runEnds(ref: RunRef, process: Process): void {
    for (const one of this.#open) {
      if (one.ref.id === ref.id && one.process === process) this.#open.delete(one);
    }
  }

  stepBegins(ref: RunRef, step: string, process: Process): void {
    if (process.dead) return;
    this.world.note(`${process.name} begins ${ref.id} ${step}`);
    const facts = this.run(ref);
    for (const other of this.#running) {
      if (other.run !== ref.id) continue;
      const near = other.process.machine === process.machine;
      if (near || other.process.works) {
        this.#violated(
          "G3",
          `${step} of ${ref.id} begins while ${other.step} is run by ${other.process.name}`,
        );
      }
    }
    facts.owners.add(process);
    if (facts.owners.size > 1 && dagOf(ref.name).onCrash === "fail") {
      this.#violated(ref.name === "timed" ? "G6" : "G2", `${ref.id} is begun a second time`);
    }
    if ((facts.steps.get(step)?.recordedAt ?? -1) >= 0) {
      this.#violated("G2", `${step} of ${ref.id} was finished, and is run again`);
    }
    const execution = { run: ref.id, step, process };
    this.#running.add(execution);
    process.onEnd(() => this.#running.delete(execution));
  }

  stepEnds(ref: RunRef, step: string, process: Process): void {
    for (const one of this.#running) {
      if (one.run === ref.id && one.step === step && one.process === process) this.#running.delete(one);
    }
  }

  /** The home's history, through which a process records what it or its worker does. */
  watchedRuns(process: Process, runs: RunStore): RunStore {
    const createAttempt = runs.createAttempt.bind(runs);
    const reopen = runs.reopen.bind(runs);
    runs.createAttempt = async (attempt) => this.#watched(process, await createAttempt(attempt));
    runs.reopen = async (stored) => this.#watched(process, await reopen(stored));
    return runs;
  }

  #watched(process: Process, attempt: Attempt): Attempt {
    let failed = false;
    let onFailure = (_: Error) => {};
    attempt.onFailure((error) => {
      failed = true;
      onFailure(error);
    });
    attempt.onFailure = (callback) => void (onFailure = callback);
    const append = attempt.append.bind(attempt);
    attempt.append = (event) => {
      append(event);
      if (failed || process.dead || event.kind !== "node" || typeof event.node !== "number") return;
      if (event.patch.status !== NodeStatus.Succeeded) return;
      const { dagRunId: id, name, nodes } = attempt.record;
      this.run({ name, id }).steps.set(nodes[event.node]!.step.name, {
        recordedAt: this.world.timeline.now,
      });
    };
    return attempt;
  }

  /** Somebody was told how a run has ended. */
  told(ref: RunRef, status: RunStatus): void {
    this.world.note(`${ref.id} is said to be ${status}`);
    this.world.timeline.after(0, () => {
      const found = this.world.asAuditor(({ runs }) => runs.find(ref.name, ref.id));
      const recorded = found?.record.status ?? "nothing";
      if (recorded !== status) {
        this.#violated("G10", `${ref.id} is said to be ${status}, and recorded as ${recorded}`);
      }
    });
  }

  damaged(dir: string): void {
    this.#violated("G5", `a reader cannot read "${dir}"`);
  }

  /** What was recorded a moment ago may be lost. */
  powerCut(): void {
    const { now } = this.world.timeline;
    for (const { steps } of this.runs.values()) {
      for (const [name, { recordedAt }] of steps) if (recordedAt > now - FLUSHED_MS) steps.delete(name);
    }
    this.#leaderless = null;
  }

  watchedLeases(kind: Kind, process: Process, leases: LeaseStore): LeaseStore {
    const claim = leases.claim.bind(leases);
    leases.claim = async (epoch, owner) => {
      const won = await claim(epoch, owner);
      if (!won || process.dead) return won;
      this.world.note(`${process.name} leads as ${kind} of epoch ${epoch}`);
      if (epoch <= this.#epochs[kind].epoch) this.#violated("G8", `the epoch ${epoch} is given away twice`);
      this.#epochs[kind] = { epoch, at: this.world.timeline.now };
      return won;
    };
    return leases;
  }

  /** Somebody asks whether it may act. */
  acts(kind: Kind, process: Process, epoch: number, holds: boolean): boolean {
    const newest = this.#epochs[kind];
    const late = newest.epoch > epoch && this.world.timeline.now - newest.at > LOOK_HOLDS_MS;
    if (holds && late && !process.dead) {
      this.#violated("G8", `${process.name} acts with epoch ${epoch}, and the newest is ${newest.epoch}`);
    }
    return holds;
  }

  leads(process: Process, leads: boolean): void {
    this.#leaderless = null;
    if (leads) this.#leading.add(process);
    else this.#leading.delete(process);
    process.onEnd(() => this.#leading.delete(process));
  }

  /** Looks whether somebody leads in time. @param ableSince since when some scheduler could; null when none can */
  lookForLeader(ableSince: number | null): void {
    const { now } = this.world.timeline;
    if (ableSince === null || [...this.#leading].some(({ works }) => works)) {
      return void (this.#leaderless = null);
    }
    this.#leaderless = Math.max(this.#leaderless ?? now, ableSince);
    if (now - this.#leaderless > FAIL_OVER_MS + SLACK_MS) {
      this.#violated("G7", `no scheduler leads for ${Math.round(now - this.#leaderless)} ms, and one could`);
    }
  }

  get runningSteps(): number {
    return this.#running.size;
  }

  #violated(guarantee: string, what: string): void {
    this.world.fail(new Violation(`${guarantee}: ${what}`));
  }
}
