/**
 * The beat of a process that runs for long. To wake up costs more than most of what is done regularly, so all of that
 * is done together, and beats that nobody waits for pass unseen.
 */
import { startInterval, startTimer } from "./timer.ts";

export const BEAT_MS = 2_000;

interface Wait {
  /** Number of the beat that ends it. */
  readonly at: number;
  readonly callback: () => void;
}

/** What beats are made of; each gives a function that ends it. */
export interface BeatTimers {
  now(): number;
  startTimer(ms: number, callback: () => void): () => void;
  startInterval(ms: number, callback: () => void): () => void;
}

export class Beats {
  readonly #timers: BeatTimers;
  readonly #waits = new Set<Wait>();
  /** Number of the last beat, and when it was. */
  #number = 0;
  #at = 0;
  /** The next beats pass unseen. */
  #skipping = false;
  #stop: (() => void) | null = null;

  constructor(timers: BeatTimers) {
    this.#timers = timers;
  }

  /** As {@link atBeat}. */
  wait(ms: number, callback: () => void): () => void {
    if (this.#skipping) this.#catchUp();
    const wait = { at: this.#number + Math.floor(ms / BEAT_MS), callback };
    this.#waits.add(wait);
    if (!this.#stop) this.#begin();
    return () => {
      if (this.#waits.delete(wait) && this.#waits.size === 0) this.forget();
    };
  }

  forget(): void {
    this.#waits.clear();
    this.#end();
  }

  #begin(): void {
    this.#at = this.#timers.now();
    this.#stop = this.#timers.startInterval(BEAT_MS, () => this.#beat());
  }

  #end(): void {
    this.#stop?.();
    this.#stop = null;
    this.#skipping = false;
  }

  /** Whoever waited until now may wait again in a moment: only a beat that ends no wait tells what comes next. */
  #beat(): void {
    if (this.#waits.size === 0) return this.#end();
    this.#number++;
    this.#at = this.#timers.now();
    let ended = false;
    for (const wait of this.#waits) {
      if (wait.at > this.#number) continue;
      ended = true;
      this.#waits.delete(wait);
      wait.callback();
    }
    if (!ended) this.#skip();
  }

  #skip(): void {
    const next = Math.min(...this.#waits.values().map(({ at }) => at));
    const beats = next - this.#number;
    if (beats < 2) return;
    this.#end();
    this.#skipping = true;
    this.#stop = this.#timers.startTimer(beats * BEAT_MS, () => {
      this.#skipping = false;
      this.#number = next - 1;
      this.#begin();
      this.#beat();
    });
  }

  /** Somebody wants a beat sooner. The others have theirs a little early rather than late. */
  #catchUp(): void {
    this.#end();
    this.#number += Math.ceil((this.#timers.now() - this.#at) / BEAT_MS);
    this.#begin();
  }
}

const beats = /* @__PURE__ */ new Beats({ now: () => performance.now(), startTimer, startInterval });

/**
 * Calls back once, at the last beat that comes within `ms`, which are {@link BEAT_MS} at least.
 * @returns a function that takes it back
 */
export function atBeat(ms: number, callback: () => void): () => void {
  return beats.wait(ms, callback);
}

/** Calls back at beats, every `ms` as {@link atBeat} counts them, until the function that is returned is called. */
export function startBeats(ms: number, callback: () => void): () => void {
  let cancel = atBeat(ms, function again() {
    cancel = atBeat(ms, again);
    callback();
  });
  return () => cancel();
}

/** Takes all waits back: for tests, whose processes end without a word. */
export function forgetBeats(): void {
  beats.forget();
}
