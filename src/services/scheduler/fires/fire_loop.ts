/** The hand of the clock: has what is due dealt with when it is due, and sleeps in between. */
import type { Clock } from "../../../ports/clock.ts";
import type { FireDesk } from "./fire_desk.ts";
import type { Timetable } from "./timetable.ts";

/** The clock may be set: the loop never sleeps longer. */
const LONGEST_SLEEP_MS = 15_000;
/** What could not be dealt with is tried again with the next turn, which comes no sooner. */
const SHORTEST_SLEEP_MS = 20;
/** So long before a fire there is time to get ready. */
const AHEAD_MS = 4_000;
const MANY = 100;

export interface FireBook {
  readonly timetable: Pick<Timetable, "open" | "nextAt" | "dueUntil" | "close">;
  readonly desk: Pick<FireDesk, "turn" | "drain">;
}

export interface FireLoopOptions {
  /** Makes both anew for a leadership; `changed` is to be called when something is due earlier than it was. */
  readonly book: (changed: () => void) => FireBook;
  readonly clock: Clock;
  /** So many fires will be due in a moment; no more than {@link MANY} are counted. */
  readonly prepare: (fires: number) => void;
}

export class FireLoop {
  readonly #options: FireLoopOptions;
  #wake = () => {};
  #woken = false;
  #turnedAt = 0;
  #next: number | null = null;
  #prepared = 0;

  constructor(options: FireLoopOptions) {
    this.#options = options;
  }

  /** When the loop last went round, on the monotonic clock; 0 while it does not run. */
  get turnedAt(): number {
    return this.#turnedAt;
  }

  /** When something is due next, Unix milliseconds; null when nothing is. */
  get nextAt(): number | null {
    return this.#next;
  }

  /** Works until the signal is aborted; resolves when the fires at hand are dealt with. */
  async run(epoch: number, signal: AbortSignal): Promise<void> {
    const { book, clock } = this.#options;
    const { timetable, desk } = book(() => {
      this.#woken = true;
      this.#wake();
    });
    await timetable.open(clock.now());
    try {
      while (!signal.aborted) {
        this.#woken = false;
        await desk.turn(epoch);
        this.#turnedAt = clock.monotonic();
        this.#next = timetable.nextAt();
        await this.#sleep(timetable, signal);
      }
      await desk.drain();
    } finally {
      this.#turnedAt = 0;
      this.#next = null;
      timetable.close();
    }
  }

  async #sleep(timetable: FireBook["timetable"], signal: AbortSignal): Promise<void> {
    const { clock, prepare } = this.#options;
    const now = clock.now();
    const next = this.#next ?? Infinity;
    const soon = next - now <= AHEAD_MS;
    if (soon && this.#prepared !== next) {
      this.#prepared = next;
      prepare(timetable.dueUntil(next, MANY));
    }
    const wait = (soon ? next : next - AHEAD_MS) - now;
    if (this.#woken) return;
    const waking = new AbortController();
    this.#wake = () => waking.abort();
    const woken = AbortSignal.any([signal, waking.signal]);
    if (wait > LONGEST_SLEEP_MS) await clock.rest(LONGEST_SLEEP_MS, woken);
    else await clock.sleep(Math.max(SHORTEST_SLEEP_MS, wait), woken);
  }
}
