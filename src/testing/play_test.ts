import { assertEquals, assertRejects } from "../../tests/assert.ts";
import { dag } from "../builder/dag.ts";
import { SpecError } from "../core/errors.ts";
import { play } from "./play.ts";

const flow = dag({
  params: [{ DAY: "today" }],
  steps: [
    { name: "fetch", command: "fetch $DAY", output: "DATA", retryPolicy: { limit: 2, intervalSec: 60 } },
    { name: "sum", type: "ts", script: "x", config: { outputs: ["SUM"] } },
    { name: "load", command: "load $DATA $SUM" },
  ],
  handlerOn: { failure: { command: "alert" } },
});

Deno.test("play: functions, lists and values say what steps do", async () => {
  const asked: string[] = [];
  const run = await play(flow, {
    params: { DAY: "2026-01-31" },
    steps: {
      fetch: ({ step, run, command, env }) => {
        asked.push(`${step} ${run}: ${command} (${env.DAY})`);
        return run === 1 ? { exitCode: 7, takesSec: 2 } : 42;
      },
      sum: { outputs: { SUM: 1.5 }, takesSec: 0 },
    },
  });
  assertEquals(asked, [
    "fetch 1: fetch 2026-01-31 (2026-01-31)",
    "fetch 2: fetch 2026-01-31 (2026-01-31)",
  ]);
  assertEquals(run.status, "succeeded");
  assertEquals(run.path, ["fetch", "sum", "load"]);
  assertEquals(run.outputs, { DATA: "42", SUM: "1.5" });
  assertEquals(run.steps.load.command, "load 42 1.5");
  assertEquals([run.steps.fetch.runs, run.steps.fetch.status, run.takesSec], [2, "succeeded", 64]);
  assertEquals(run.unmet({ path: ["fetch"], steps: { load: "succeeded" } }), [
    "the path is fetch, sum, load, expected fetch",
  ]);
});

Deno.test("play: a run that fails, from YAML", async () => {
  const run = await play("steps: [{ name: a, command: a }]\nhandlerOn: { failure: { command: b } }\n", {
    steps: { a: { exitCode: 3 } },
  });
  assertEquals([run.status, run.path, run.steps.a?.exitCode], ["failed", ["a", "onFailure"], 3]);
});

Deno.test("play: what is not right is refused", async () => {
  await assertRejects(() => play("steps: [{ nam: a }]"), SpecError, 'Unknown key "nam"');
  const wrong = play("steps: [{ name: a, command: a }]", { steps: { b: "1" } });
  await assertRejects(() => wrong, SpecError, 'There is no step "b"');
});
