import { assertEquals } from "../../tests/assert.ts";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { UNHEALTHY_MS } from "../core/worker_health.ts";

const ACT_MS = 0.7 * UNHEALTHY_MS;
const END_MS = 0.9 * UNHEALTHY_MS;
import { RunLease } from "./run_lease.ts";

function bench() {
  const clock = new FakeClock();
  let lapsed = 0;
  const lease = new RunLease(clock, clock.now(), () => void lapsed++);
  const pass = async (ms: number) => {
    let over = false;
    clock.sleep(ms).then(() => over = true);
    while (!over) {
      clock.step();
      await settle();
    }
  };
  const asks = () => {
    const state = { granted: false };
    lease.granted().then(() => state.granted = true);
    return state;
  };
  return { lease, pass, asks, lapsed: () => lapsed, now: () => clock.now() };
}

Deno.test("run lease: nothing begins in silence, and all goes on with the next renewal", async () => {
  const { lease, pass, asks, lapsed, now } = bench();
  const early = asks();
  await pass(ACT_MS - 100);
  assertEquals(early.granted, true);
  await pass(200);
  const late = asks();
  await pass(500);
  assertEquals([late.granted, lapsed()], [false, 0]);
  lease.renew(now());
  await pass(10);
  assertEquals(late.granted, true);
  lease.close();
});

Deno.test("run lease: after a longer silence all ends, once, and nothing begins any more", async () => {
  const { lease, pass, asks, lapsed } = bench();
  await pass(END_MS - 200);
  assertEquals(lapsed(), 0);
  const waiting = asks();
  await pass(1000);
  assertEquals([lapsed(), waiting.granted], [1, false]);
  await pass(20_000);
  assertEquals(lapsed(), 1);
  lease.close();
});

Deno.test("run lease: an answer that took long renews from when it was asked for", async () => {
  const { lease, pass, lapsed, now } = bench();
  await pass(5000);
  lease.renew(now() - 4000);
  await pass(END_MS - 4000 - 200);
  assertEquals(lapsed(), 0);
  await pass(500);
  assertEquals(lapsed(), 1);
});

Deno.test("run lease: a run that is over ends nothing", async () => {
  const { lease, pass, lapsed } = bench();
  lease.close();
  await pass(2 * END_MS);
  assertEquals(lapsed(), 0);
});

Deno.test("run lease: a word that lay in the pipe of a frozen process is too old", async () => {
  const { lease, pass, asks, lapsed, now } = bench();
  const said = now();
  await pass(85_000);
  lease.renew(said);
  const begins = asks();
  await pass(500);
  assertEquals([begins.granted, lapsed()], [false, 1]);
});
