import { assertEquals } from "../../tests/assert.ts";
import { hasLabels, workerHealth } from "./worker_health.ts";

Deno.test("health goes by the age of the last sign of life", () => {
  const ages = [0, 4_999, 5_000, 15_000, 15_001, 30_000, 30_001];
  assertEquals(ages.map(workerHealth), [
    "healthy",
    "healthy",
    "warning",
    "warning",
    "unhealthy",
    "unhealthy",
    "offline",
  ]);
});

Deno.test("a worker has all labels that are asked for, to the letter", () => {
  const labels = { gpu: "true", region: "eu" };
  for (const selector of [{}, { gpu: "true" }, { region: "eu", gpu: "true" }] as Record<string, string>[]) {
    assertEquals(hasLabels(labels, selector), true);
  }
  for (
    const selector of [{ gpu: "True" }, { gpu: "" }, { cpu: "true" }, { toString: "" }] as Record<
      string,
      string
    >[]
  ) {
    assertEquals(hasLabels(labels, selector), false);
  }
});
