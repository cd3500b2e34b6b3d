import { assert, assertEquals } from "../../../tests/assert.ts";
import { atBeat, BEAT_MS, Beats, startBeats } from "./beat.ts";

Deno.test("what waits for beats is called back together", async () => {
  const seen: string[] = [];
  const stop = startBeats(BEAT_MS, () => seen.push("each"));
  startBeats(BEAT_MS * 2, () => seen.push("second"))();
  const told = new Promise<void>((resolve) => atBeat(BEAT_MS * 2, resolve));
  atBeat(BEAT_MS, () => seen.push("once"));
  await told;
  stop();
  assertEquals(seen, ["each", "once", "each"]);
});

/** Timers whose time passes when a test says so. */
class Timers {
  #now = 0;
  readonly #due = new Set<{ at: number; every: number; callback: () => void }>();
  /** Times at which something was woken up. */
  readonly wakes: number[] = [];

  now = () => this.#now;
  startTimer = (ms: number, callback: () => void) => this.#start(ms, 0, callback);
  startInterval = (ms: number, callback: () => void) => this.#start(ms, ms, callback);

  #start(ms: number, every: number, callback: () => void): () => void {
    const one = { at: this.#now + ms, every, callback };
    this.#due.add(one);
    return () => this.#due.delete(one);
  }

  get idle(): boolean {
    return this.#due.size === 0;
  }

  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#due].sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#now = next.at;
      this.wakes.push(this.#now);
      if (next.every > 0) next.at += next.every;
      else this.#due.delete(next);
      next.callback();
      // Who waits by a promise waits again a little later.
      for (let i = 0; i < 5; i++) await Promise.resolve();
    }
    this.#now = end;
  }
}

function bench() {
  const timers = new Timers();
  const beats = new Beats(timers);
  const seen: string[] = [];
  const each = async (name: string, ms: number) => {
    for (;;) {
      await new Promise<void>((resolve) => beats.wait(ms, resolve));
      seen.push(`${name} ${timers.now() / 1000}`);
    }
  };
  return { timers, beats, seen, each };
}

Deno.test("a beat that somebody waits for is never left out", async () => {
  const { timers, seen, each } = bench();
  each("a", 2_000);
  each("b", 15_000);
  await timers.pass(30_000);
  assertEquals(seen.filter((one) => one.startsWith("a")).length, 15);
  assertEquals(seen.filter((one) => one.startsWith("b")), ["b 14", "b 28"]);
  assertEquals(timers.wakes.length, 15);
});

Deno.test("beats that nobody waits for are not woken up for", async () => {
  const { timers, seen, each } = bench();
  each("a", 10_000);
  await timers.pass(60_000);
  assertEquals(seen, ["a 10", "a 20", "a 30", "a 40", "a 50", "a 60"]);
  assertEquals(timers.wakes, [2, 10, 12, 20, 22, 30, 32, 40, 42, 50, 52, 60].map((at) => at * 1000));
});

Deno.test("who comes while beats are left out has one in time, and the others theirs not late", async () => {
  const { timers, beats, seen, each } = bench();
  each("a", 20_000);
  await timers.pass(7_500);
  beats.wait(2_000, () => seen.push(`once ${timers.now() / 1000}`));
  await timers.pass(12_500);
  assertEquals(seen, ["once 9.5", "a 19.5"]);
});

Deno.test("nothing goes on when nobody waits any more", async () => {
  const { timers, beats } = bench();
  beats.wait(20_000, () => {});
  const cancel = beats.wait(60_000, () => {});
  await timers.pass(20_000);
  assert(!timers.idle);
  cancel();
  assert(timers.idle);
  beats.wait(2_000, () => {});
  await timers.pass(4_000);
  assert(timers.idle);
});
