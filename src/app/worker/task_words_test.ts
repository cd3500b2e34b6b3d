/** What an agent does at the words of its worker. */
import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { DaguError } from "../../core/errors.ts";
import { TaskWords } from "./task_words.ts";

class FakeAgent {
  readonly asked: string[] = [];
  stop(signal = ""): void {
    this.asked.push(`stop ${signal}`);
  }
  kill(): void {
    this.asked.push("kill");
  }
}

Deno.test("task words: what is said before there is an agent reaches it, in order", () => {
  const words = new TaskWords(new FakeClock(), null, () => {});
  words.take({ kind: "signal", signal: "SIGTERM" });
  words.take({ kind: "signal", signal: "SIGKILL" });
  const agent = new FakeAgent();
  words.onAgent(agent);
  words.take({ kind: "signal", signal: "SIGINT" });
  assertEquals(agent.asked, ["stop SIGTERM", "kill", "stop SIGINT"]);
});

Deno.test("task words: a run that is stored elsewhere has its right from when it is recorded there", async () => {
  const clock = new FakeClock();
  let lapsed = false;
  const words = new TaskWords(clock, null, () => lapsed = true);
  let recorded = false;
  words.recorded.then(() => recorded = true);
  words.take({ kind: "signal", signal: "SIGTERM" });
  clock.sleep(60_000);
  while (clock.step()) await settle();
  assert(!recorded && !lapsed);
  words.take({ kind: "recorded", askedAt: clock.now() });
  await settle();
  assert(recorded && !lapsed);
  await words.granted();
  while (!lapsed && clock.step()) await settle();
  assert(lapsed);
});

Deno.test("task words: a run that is ended before it is recorded does not begin", async () => {
  const words = new TaskWords(new FakeClock(), null, () => {});
  words.take({ kind: "signal", signal: "SIGKILL" });
  await assertRejects(() => words.recorded, DaguError, "not this worker's");
});
