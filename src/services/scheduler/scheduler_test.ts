import { assertEquals } from "../../../tests/assert.ts";
import { drive, FakeClock } from "../../../tests/fakes/fake_clock.ts";
import { MemoryLeaseStore } from "../../stores/memory/lease_store.ts";
import { Leadership } from "../leadership.ts";
import { Scheduler } from "./scheduler.ts";

Deno.test("scheduler: a part that fails, or ends while the scheduler leads, is begun again", async () => {
  const clock = new FakeClock();
  const leadership = new Leadership({
    leases: new MemoryLeaseStore(() => false),
    second: null,
    clock,
    owner: { host: "here", bootId: "b", pid: 1, startTime: "1" },
    newToken: () => "token",
    staleMs: 10_000,
    lookMs: 500,
    onTrouble: () => {},
  });
  const ending = new AbortController();
  const told: string[] = [];
  let times = 0;
  const part = {
    name: "queues",
    run: (epoch: number, signal: AbortSignal) => {
      told.push(`${epoch} ${signal.aborted}`);
      times++;
      if (times === 1) return Promise.reject(new Error("no such file"));
      if (times === 3) ending.abort();
      return Promise.resolve();
    },
  };
  const log = (level: string, message: string) => level === "ERROR" && told.push(message);
  const scheduler = new Scheduler({ leadership, parts: [part], clock, log, onLead: () => {}, graceMs: 1000 });
  await drive(clock, scheduler.run(ending.signal));
  assertEquals(told, ["1 false", "The queues failed and is begun again", "1 false", "1 false"]);
});
