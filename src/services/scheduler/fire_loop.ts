/** The hand of the clock: takes what is due from the timetable and has it dealt with, never waiting for any one DAG. */
import { messageOf } from "../../core/errors.ts";
import type { Fire } from "../../core/schedule.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FireStore } from "../../ports/fire_store.ts";
import type { FireDesk } from "./fire_desk.ts";
import type { ServiceLog } from "./service_log.ts";
import type { Timetable } from "./timetable.ts";

/** The clock may be set: the loop never sleeps longer. */
const LONGEST_SLEEP_MS = 15_000;
/** Before a fire there is time to get ready. */
const AHEAD_MS = 4_000;
/** The book is brought up to date at least so often. */
const NOTE_MS = 60_000;

export interface FireLoopOptions {
  readonly timetable: Timetable;
  readonly desk: FireDesk;
  readonly fires: FireStore;
  readonly clock: Clock;
  readonly log: ServiceLog;
  /** Something will be due in a moment. */
  readonly prepare: () => void;
}

export class FireLoop {
  readonly #options: FireLoopOptions;
  /** The work on the fires of each DAG, one after the other. */
  readonly #chains = new Map<string, Promise<void>>();
  readonly #open = new Set<Fire>();
  #wake = () => {};
  #turnedAt = 0;
  #noted = 0;
  #prepared = 0;

  constructor(options: FireLoopOptions) {
    this.#options = options;
  }

  /** When the loop last went round, on the monotonic clock; 0 before. */
  get turnedAt(): number {
    return this.#turnedAt;
  }

  /** Works until the signal is aborted; resolves when the fires at hand are dealt with. */
  async run(epoch: number, signal: AbortSignal): Promise<void> {
    const { timetable, clock } = this.#options;
    timetable.changed = () => this.#wake();
    await timetable.open(clock.now());
    try {
      while (!signal.aborted) {
        const now = clock.now();
        for (const fire of await timetable.due(now)) this.#dispatch(fire, epoch);
        await this.#note(now);
        this.#turnedAt = clock.monotonic();
        await this.#sleep(signal);
      }
      await Promise.all(this.#chains.values());
      await this.#note(clock.now());
    } finally {
      timetable.changed = () => {};
      await timetable.close();
    }
  }

  #dispatch(fire: Fire, epoch: number): void {
    const { desk, log } = this.#options;
    this.#open.add(fire);
    const before = this.#chains.get(fire.dag) ?? Promise.resolve();
    const work = before.then(() => desk.handle([fire], epoch)).then(
      () => void this.#open.delete(fire),
      // It stays open: whoever leads next, or this process when it opens the book again, deals with it.
      (error) => log("ERROR", "Cannot deal with a fire", { dag: fire.dag, error: messageOf(error) }),
    ).then(() => {
      if (this.#chains.get(fire.dag) === work) this.#chains.delete(fire.dag);
    });
    this.#chains.set(fire.dag, work);
  }

  /** Everything before the oldest open fire is settled. */
  async #note(now: number): Promise<void> {
    const until = Math.min(now, ...[...this.#open].map((fire) => fire.since - 1));
    if (until <= this.#noted || this.#open.size === 0 && until - this.#noted < NOTE_MS) return;
    await this.#options.fires.setSettledUntil(until);
    this.#noted = until;
  }

  async #sleep(signal: AbortSignal): Promise<void> {
    const { timetable, clock, prepare } = this.#options;
    const now = clock.now();
    const next = timetable.nextAt() ?? Infinity;
    if (next - now <= AHEAD_MS && this.#prepared !== next) {
      this.#prepared = next;
      prepare();
    }
    const until = next - now > AHEAD_MS ? next - AHEAD_MS : next;
    const waking = new AbortController();
    this.#wake = () => waking.abort();
    await clock.sleep(
      Math.max(0, Math.min(until - now, LONGEST_SLEEP_MS)),
      AbortSignal.any([signal, waking.signal]),
    );
  }
}
