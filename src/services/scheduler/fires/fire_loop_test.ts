import { assert, assertEquals } from "../../../../tests/assert.ts";
import { FakeClock, settle } from "../../../../tests/fakes/fake_clock.ts";
import { FireLoop } from "./fire_loop.ts";

/** A loop over times that a test names; `turns` and `prepared` tell when it did something, in ms since the start. */
function bench(due: number[]) {
  const clock = new FakeClock();
  const start = clock.now();
  const since = () => clock.now() - start;
  const turns: number[] = [];
  const prepared: number[] = [];
  const ended: string[] = [];
  let changed = () => {};
  const loop = new FireLoop({
    clock,
    prepare: (fires) => prepared.push(since(), fires),
    book: (wake) => {
      changed = wake;
      return {
        timetable: {
          open: () => Promise.resolve(),
          nextAt: () => due.length === 0 ? null : start + due[0]!,
          dueUntil: (at, most) => Math.min(most, due.filter((one) => start + one <= at).length),
          close: () => ended.push("closed"),
        },
        desk: {
          turn: () => {
            turns.push(since());
            while (due.length > 0 && due[0]! <= since()) due.shift();
            return Promise.resolve();
          },
          drain: () => Promise.resolve(void ended.push("drained")),
        },
      };
    },
  });
  const stop = new AbortController();
  const running = loop.run(1, stop.signal);
  const pass = async (ms: number) => {
    let over = false;
    clock.sleep(ms).then(() => over = true);
    while (!over) {
      await settle();
      clock.step();
      await settle();
    }
  };
  const end = async () => {
    stop.abort();
    await running;
  };
  return { due, loop, turns, prepared, ended, pass, end, changed: () => changed() };
}

Deno.test("fire loop: a turn at each due time, with a warning some seconds before", async () => {
  const { turns, prepared, pass, end } = bench([10_000, 20_000]);
  await pass(25_000);
  for (const at of [10_000, 20_000]) assert(turns.includes(at), `${turns}`);
  assertEquals(prepared, [6000, 1, 16_000, 1]);
  await end();
});

Deno.test("fire loop: something new that is due earlier is not slept through", async () => {
  const { due, turns, pass, end, changed } = bench([14_000]);
  await pass(1000);
  due.unshift(3000);
  changed();
  await pass(3000);
  assert(turns.includes(3000), `${turns}`);
  await end();
});

Deno.test("fire loop: with nothing to do it looks now and then, for the clock may have been set", async () => {
  const { turns, pass, end, loop } = bench([]);
  await pass(61_000);
  assertEquals(turns, [0, 15_000, 30_000, 45_000, 60_000]);
  assertEquals(loop.nextAt, null);
  await end();
});

Deno.test("fire loop: its end waits for the fires at hand, then closes the timetable", async () => {
  const { ended, pass, end, loop } = bench([]);
  await pass(100);
  assert(loop.turnedAt > 0);
  await end();
  assertEquals([ended, loop.turnedAt], [["drained", "closed"], 0]);
});
