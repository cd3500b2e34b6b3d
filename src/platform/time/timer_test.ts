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

Deno.test("startInterval() asks no timer of the system for more than it can wait", () => {
  const { setTimeout, setInterval } = globalThis;
  const asked: number[] = [];
  let due = () => {};
  const fake = (callback: () => void, ms: number) => {
    asked.push(ms);
    due = callback;
    return 0;
  };
  let count = 0;
  try {
    Object.assign(globalThis, { setTimeout: fake, setInterval: fake });
    const stop = startInterval(2 ** 31 + 1000, () => count++);
    for (let i = 0; i < 4; i++) due();
    stop();
  } finally {
    Object.assign(globalThis, { setTimeout, setInterval });
  }
  assertEquals(count, 2);
  assertEquals(asked, [2 ** 31 - 1, 1001, 2 ** 31 - 1, 1001, 2 ** 31 - 1]);
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
