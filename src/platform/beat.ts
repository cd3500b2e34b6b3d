/**
 * The beat of a process that runs for long. To wake up costs more than most of what is done regularly, so all of that
 * is done together.
 */
import { startInterval } from "./timer.ts";

export const BEAT_MS = 2_000;

interface Wait {
  /** Number of the beat that ends it. */
  readonly at: number;
  readonly callback: () => void;
}

const waits = /* @__PURE__ */ new Set<Wait>();
let beats = 0;
let stop: (() => void) | null = null;

/**
 * Calls back once, at the last beat that comes within `ms`, which are {@link BEAT_MS} at least.
 * @returns a function that takes it back
 */
export function atBeat(ms: number, callback: () => void): () => void {
  const wait = { at: beats + Math.floor(ms / BEAT_MS), callback };
  waits.add(wait);
  stop ??= startInterval(BEAT_MS, beat);
  return () => {
    if (waits.delete(wait) && waits.size === 0) rest();
  };
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
  waits.clear();
  rest();
}

/** Whoever waited until now may wait again in a moment: only a beat that nobody waits for is the last one. */
function beat(): void {
  if (waits.size === 0) return rest();
  beats++;
  for (const wait of waits) {
    if (wait.at > beats) continue;
    waits.delete(wait);
    wait.callback();
  }
}

function rest(): void {
  stop?.();
  stop = null;
}
