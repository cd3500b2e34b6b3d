import { assert } from "../../../tests/assert.ts";
import { SystemClock } from "./system_clock.ts";

Deno.test("sleep ends early and leaves no timer when it is aborted", async () => {
  const clock = new SystemClock();
  const stop = new AbortController();
  const before = clock.monotonic();
  const sleep = clock.sleep(60_000, stop.signal);
  stop.abort();
  await sleep;
  await clock.sleep(60_000, stop.signal);
  assert(clock.monotonic() - before < 30_000);
});

Deno.test("sleep lasts and the clocks go on", async () => {
  const clock = new SystemClock();
  const [wall, monotonic] = [clock.now(), clock.monotonic()];
  await clock.sleep(5);
  assert(clock.monotonic() > monotonic && clock.now() >= wall);
});
