import { assertEquals } from "../../../tests/assert.ts";
import { pause, startInterval, startTimer } from "./timer.ts";

Deno.test("startTimer() calls back in the order of the times", async () => {
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    startTimer(30, () => {
      seen.push(30);
      resolve();
    });
    startTimer(10, () => seen.push(10));
    startTimer(0, () => seen.push(0));
  });
  assertEquals(seen, [0, 10, 30]);
});

Deno.test("startTimer() that was taken back does nothing", async () => {
  let called = false;
  startTimer(5, () => called = true)();
  startTimer(70_000, () => called = true)();
  await pause(20);
  assertEquals(called, false);
});

Deno.test("startTimer() waits longer than setTimeout() can", async () => {
  let called = false;
  const stop = startTimer(2 ** 31 + 1000, () => called = true);
  await pause(20);
  stop();
  assertEquals(called, false);
});

Deno.test("startInterval() goes on until it is taken back", async () => {
  let count = 0;
  await new Promise<void>((resolve) => {
    const stop = startInterval(2, () => {
      if (++count === 3) {
        stop();
        resolve();
      }
    });
  });
  await pause(10);
  assertEquals(count, 3);
});
