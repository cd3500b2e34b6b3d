/**
 * Puts a simulated system in the place of the real one: files, processes, clocks, timers and chance. All that the
 * program asks of the system it asks by `Deno` and by a few globals, so the very code of the program runs in the
 * simulated world, byte for byte.
 */
import { createHash } from "node:crypto";
import { forgetBeats } from "../../src/platform/time/beat.ts";
import { SystemClock } from "../../src/platform/time/system_clock.ts";
import { clockOf } from "./clock.ts";
import { FILE_CALLS } from "./files.ts";
import { current } from "./process.ts";

type Bag = Record<string, unknown>;

const RealDate = Date;

/** `Date` by the wall clock of the machine whose process asks. */
class SimulatedDate extends RealDate {
  constructor(...given: unknown[]) {
    super(...(given.length === 0 ? [wallNow()] : given) as [number]);
  }

  static override now(): number {
    return wallNow();
  }
}

function wallNow(): number {
  const { world, machine } = current();
  return Math.floor(world.began + world.timeline.now + machine.clockOffset);
}

function startTimer(callback: () => void, ms = 0): () => void {
  return current().after(ms, callback);
}

function startInterval(callback: () => void, ms: number): () => void {
  const process = current();
  let stop = () => {};
  const next = () => {
    stop = process.after(ms, () => {
      next();
      callback();
    });
  };
  next();
  return () => stop();
}

/** The little of a signal that timers are made of. */
function timeoutSignal(ms: number) {
  const listeners = new Set<() => void>();
  current().after(ms, () => {
    for (const listener of [...listeners]) listener();
  });
  return {
    aborted: false,
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  };
}

function randomValues(into: Uint8Array): Uint8Array {
  const { random } = current().world;
  for (let i = 0; i < into.length; i++) into[i] = random.below(256);
  return into;
}

function randomUuid(): string {
  const hex = randomValues(new Uint8Array(16)).toHex();
  return [0, 8, 12, 16, 20].map((from, i) => hex.slice(from, [8, 12, 16, 20, 32][i])).join("-");
}

/** At once: the real one takes a thread, and nobody knows how long. */
function digest(algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer> {
  const hash = createHash(algorithm.replace("-", "").toLowerCase()).update(bytes).digest();
  return Promise.resolve(new Uint8Array(hash).buffer);
}

const stop = (cancel: unknown) => typeof cancel === "function" && cancel();

const GLOBALS: Bag = {
  Date: SimulatedDate,
  setTimeout: startTimer,
  clearTimeout: stop,
  setInterval: startInterval,
  clearInterval: stop,
};

/** Runs `work` in the simulated system, in one go: the real one is back when this returns. */
export function withinSimulation<T>(work: () => T): T {
  const undo = [
    replace(Deno as unknown as Bag, {
      ...FILE_CALLS,
      hostname: () => current().machine.name,
      kill: () => {
        throw new Deno.errors.NotFound("No such process");
      },
    }),
    replaceGetter(Deno, "pid", () => current().pid),
    replace(globalThis as unknown as Bag, GLOBALS),
    replace(performance as unknown as Bag, { now: () => current().world.timeline.now }),
    replace(AbortSignal as unknown as Bag, { timeout: timeoutSignal }),
    replace(crypto as unknown as Bag, { getRandomValues: randomValues, randomUUID: randomUuid }),
    // The beat of the program is one for all that runs in it: here each process has its own.
    replace(SystemClock.prototype as unknown as Bag, {
      rest: (ms: number, signal?: AbortSignal) => clockOf(current()).rest(ms, signal),
    }),
    replace(crypto.subtle as unknown as Bag, { digest }),
  ];
  const { stackTraceLimit } = Error;
  // Most errors here say that there is no such file, a hundred thousand times.
  Error.stackTraceLimit = 0;
  forgetBeats();
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    for (const one of undo.reverse()) one();
  }
}

function replace(target: Bag, values: Bag): () => void {
  const before = Object.keys(values).map((name) =>
    [name, Object.getOwnPropertyDescriptor(target, name)] as const
  );
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
  return () => restore(target, before);
}

function replaceGetter(target: object, name: string, get: () => unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { get, configurable: true });
  return () => restore(target, [[name, before]]);
}

function restore(
  target: object,
  before: readonly (readonly [string, PropertyDescriptor | undefined])[],
): void {
  for (const [name, descriptor] of before) {
    if (descriptor) Object.defineProperty(target, name, descriptor);
    else Reflect.deleteProperty(target, name);
  }
}

interface Core {
  runMicrotasks(): void;
}

/** Lets all code go on that waits for nothing but promises. No microtask may be running. */
export const settle: () => void = (() => {
  const inside = Deno as unknown as { readonly internal: symbol } & Record<symbol, { readonly core: Core }>;
  const { core } = inside[inside.internal]!;
  return () => core.runMicrotasks();
})();
