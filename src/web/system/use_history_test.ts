import { assertEquals } from "../../../tests/assert.ts";
import { type History, joined } from "./use_history.ts";

function history(...times: readonly number[]): History {
  const points = times.map((timestamp) => ({ timestamp, value: timestamp / 10 }));
  return { cpu: points, memory: points, disk: points, load: points };
}

Deno.test("history: what came later is put behind what is known, once", () => {
  assertEquals(joined(history(10, 20, 30), history(20, 30, 40)), history(10, 20, 30, 40));
});

Deno.test("history: nothing new changes nothing", () => {
  assertEquals(joined(history(10, 20), history()), history(10, 20));
});

Deno.test("history: what is older than an hour goes", () => {
  assertEquals(joined(history(100, 3600), history(3705)), history(3600, 3705));
});
