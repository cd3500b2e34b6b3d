/** Sees to it that every fire ends as something: claims it, decides, has it carried out, records how it ended. */
import { messageOf } from "../../../core/errors.ts";
import { type DagRuns, decideFire, type FireDecision } from "../../../core/schedule/fire_decision.ts";
import {
  DEFAULT_POLICY,
  type Fire,
  type FireOutcome,
  type FireRecord,
  ON_TIME_MS,
} from "../../../core/schedule/schedule.ts";
import { Slots } from "../../../engine/slots.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { FireStore } from "../../../ports/fire_store.ts";
import type { Timetable } from "./timetable.ts";

/** What a decision comes to. Each resolves when a crash of the scheduler does not undo it any more. */
export interface FireActions {
  /** Starts a run of `fire.dag` with the id `fire.runId`. @throws DaguError when it cannot be started */
  start(fire: Fire): Promise<void>;
  /** Puts such a run into the queue. */
  enqueue(fire: Fire): Promise<void>;
  /** Stops the active runs, then starts such a run, or queues it when it is for a worker. */
  replace(fire: Fire): Promise<void>;
  /** Stops the active runs. */
  stop(fire: Fire): Promise<void>;
  /** Stops the newest run and starts one like it with the id `fire.runId`, or queues it when it is for a worker. */
  restart(fire: Fire): Promise<void>;
}

export interface FireDeskOptions {
  readonly clock: Clock;
  readonly timetable: Pick<Timetable, "due">;
  readonly fires: FireStore;
  readonly actions: FireActions;
  /** The runs of a DAG; those whose owner is dead have been closed. */
  readonly runsOf: (dag: string) => Promise<DagRuns>;
  /** Whether this process still leads: asked before each claim and each action. */
  readonly mayAct: () => boolean;
  /** Told of each fire that was settled. */
  readonly onSettled: (fire: Fire, record: FireRecord) => void;
  /** Told of what kept a fire from being dealt with or recorded: it is tried again with the next turns. */
  readonly onError: (fire: Fire, error: unknown) => void;
}

/** Fires that could not be dealt with are tried again for so long. */
const TRY_MS = DEFAULT_POLICY.catchupWindowMs;
/** So many fires are claimed and decided at a time, and between two pauses in which other work gets its turn. */
const DESKS = 4;
const AT_ONCE = 8;
const NOT_LEADING = "the scheduler did not lead in time";
const SWEEP_EVERY_MS = 3_600_000;
/** Claims are kept for so long: a clock that is set back by less repeats nothing. */
const KEEP_CLAIMS_MS = 2 * 3_600_000;
const MAX_UNRECORDED = 10_000;

/** The fires of one turn. */
interface Batch {
  readonly until: number;
  done: boolean;
}

/** A fire that could not be dealt with. */
interface Left {
  readonly fire: Fire;
  readonly why: string;
  claimed: boolean;
}

export class FireDesk {
  readonly #options: FireDeskOptions;
  /** In the order of their turns; what is before the first that is not done is settled. */
  readonly #batches: Batch[] = [];
  /** The end of what is under way, by DAG. */
  readonly #tails = new Map<string, Promise<void>>();
  readonly #running = new Set<Promise<void>>();
  readonly #desks = new Slots(DESKS);
  #left: Left[] = [];
  #unrecorded: { readonly fire: Fire; readonly record: FireRecord }[] = [];
  #handled = 0;
  #sweptAt = -Infinity;

  constructor(options: FireDeskOptions) {
    this.#options = options;
  }

  /** Takes what is due and begins to deal with it; resolves when it is taken. Fires of one DAG wait for each other. */
  async turn(epoch: number): Promise<void> {
    const { clock, timetable, mayAct } = this.#options;
    if (!mayAct()) return;
    const now = clock.now();
    const fires = await timetable.due(now);
    await this.#recordRest();
    const batch: Batch = { until: now, done: false };
    this.#batches.push(batch);
    const left = this.#left;
    this.#left = [];
    const work = [
      ...left.map((one) => this.#after(one.fire.dag, () => this.#again(one, epoch))),
      ...fires.map((fire) => this.#after(fire.dag, () => this.#handle(fire, epoch, false))),
    ];
    const running = Promise.all(work).then(() => this.#end(batch));
    this.#running.add(running);
    running.finally(() => this.#running.delete(running));
  }

  /** Resolves when everything that was taken is dealt with. */
  async drain(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Runs `work` when what was begun for the same DAG has ended. */
  #after(dag: string, work: () => Promise<void>): Promise<void> {
    const tail = (this.#tails.get(dag) ?? Promise.resolve()).then(work);
    this.#tails.set(dag, tail);
    return tail.then(() => {
      if (this.#tails.get(dag) === tail) this.#tails.delete(dag);
    });
  }

  async #handle(fire: Fire, epoch: number, claimed: boolean): Promise<void> {
    const left: Left = { fire, why: NOT_LEADING, claimed };
    try {
      const decision = await this.#decide(left, epoch);
      if (decision === "left") this.#left.push(left);
      else if (decision) await this.#record(fire, await this.#carryOut(fire, decision));
    } catch (error) {
      this.#left.push({ ...left, why: messageOf(error) });
      this.#options.onError(fire, error);
    }
  }

  /** Few at a time: the first ones begin to be carried out while others are still looked at. */
  async #decide(left: Left, epoch: number): Promise<FireDecision | "left" | null> {
    const { clock, fires, runsOf, mayAct } = this.#options;
    await this.#desks.take();
    try {
      if (++this.#handled % AT_ONCE === 0) await clock.sleep(1);
      if (!mayAct()) return "left";
      if (!left.claimed && !await fires.claim(left.fire, epoch)) return null;
      left.claimed = true;
      const decision = decideFire(left.fire, await runsOf(left.fire.dag), clock.now());
      return mayAct() ? decision : "left";
    } finally {
      this.#desks.give();
    }
  }

  /** What could not be dealt with may be late by now, and too late some day. */
  async #again({ fire, why, claimed }: Left, epoch: number): Promise<void> {
    const late = this.#options.clock.now() - fire.at;
    if (late < TRY_MS) return await this.#handle({ ...fire, caughtUp: late >= ON_TIME_MS }, epoch, claimed);
    await this.#record(fire, { outcome: "missed", why, runId: "" });
  }

  async #carryOut(fire: Fire, decision: FireDecision): Promise<End> {
    const { actions, runsOf } = this.#options;
    const begun: End = { outcome: fire.caughtUp ? "caught_up" : "started", why: "", runId: fire.runId };
    const queued: End = { ...begun, outcome: fire.caughtUp ? "caught_up" : "queued" };
    try {
      switch (decision.action) {
        case "skip":
          return { outcome: "skipped", why: decision.why, runId: "" };
        case "miss":
          return { outcome: "missed", why: decision.why, runId: "" };
        case "done":
          return begun;
        case "stop":
          await actions.stop(fire);
          return { ...begun, runId: "" };
        case "queue":
          await actions.enqueue(fire);
          return queued;
        case "start":
        case "replace":
        case "restart":
          await actions[decision.action](fire);
          return fire.distributed ? queued : begun;
      }
    } catch (error) {
      // Another scheduler may have been first with the very run.
      if ((await runsOf(fire.dag)).latest?.id === fire.runId) return begun;
      return { outcome: "missed", why: messageOf(error), runId: "" };
    }
  }

  async #record(fire: Fire, end: End): Promise<void> {
    const { job, kind, entry, tick, dag, zone, at, since, count } = fire;
    const key = { job, kind, entry, tick, dag, zone, at, since, count };
    this.#unrecorded.push({ fire, record: { ...key, ...end, settledAt: this.#options.clock.now() } });
    await this.#recordRest();
  }

  /** Records what has ended; what cannot be recorded now is kept for later. */
  async #recordRest(): Promise<void> {
    const { fires, onSettled, onError } = this.#options;
    const rest = this.#unrecorded;
    this.#unrecorded = [];
    if (rest.length === 0) return;
    try {
      await fires.settle(rest.map(({ record }) => record));
    } catch (error) {
      this.#unrecorded = [...rest, ...this.#unrecorded].slice(-MAX_UNRECORDED);
      return onError(rest[0].fire, error);
    }
    for (const { fire, record } of rest) onSettled(fire, record);
  }

  async #end(batch: Batch): Promise<void> {
    const { clock, fires, mayAct } = this.#options;
    batch.done = true;
    let until = 0;
    while (this.#batches[0]?.done) until = this.#batches.shift()!.until;
    if (until === 0 || this.#left.length > 0 || this.#unrecorded.length > 0 || !mayAct()) return;
    try {
      await fires.setSettledUntil(until);
      if (clock.monotonic() - this.#sweptAt < SWEEP_EVERY_MS) return;
      this.#sweptAt = clock.monotonic();
      await fires.sweep(clock.now() - KEEP_CLAIMS_MS, clock.now());
    } catch {
      // The next turn tries again; until then more is looked at after a crash than need be.
    }
  }
}

interface End {
  readonly outcome: FireOutcome;
  readonly why: string;
  readonly runId: string;
}
