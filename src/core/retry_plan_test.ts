import { assertEquals } from "../../tests/assert.ts";
import { makeDag, makeStep } from "../../tests/fakes/dags.ts";
import { makeRecord } from "../../tests/fakes/records.ts";
import { buildGraph } from "./graph.ts";
import { planRetry } from "./retry_plan.ts";
import { applyEvent } from "./run.ts";
import { NodeStatus } from "./status.ts";

/** a and d begin; b follows a, c follows b. d has failed. */
function plan(only: number | null, from: number | null): string {
  const { Succeeded, Failed } = NodeStatus;
  const steps = [
    makeStep("a"),
    makeStep("b", { depends: ["a"] }),
    makeStep("c", { depends: ["b"] }),
    makeStep("d"),
  ];
  const begun = makeRecord(makeDag(steps));
  const record = [Succeeded, Succeeded, Succeeded, Failed].reduce(
    (record, status, node) => applyEvent(record, { kind: "node", node, patch: { status } }),
    begun,
  );
  const again = planRetry(record, buildGraph(steps).dependents, only, from);
  return steps.filter((_, i) => again[i]).map(({ name }) => name).join("");
}

Deno.test("a retry runs what failed; one step alone; or what failed with a step and all that follows", () => {
  assertEquals(plan(null, null), "d");
  assertEquals(plan(1, null), "b");
  assertEquals(plan(null, 1), "bcd");
  assertEquals(plan(null, 0), "abcd");
});
