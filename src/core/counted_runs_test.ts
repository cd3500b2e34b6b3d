import { assertEquals } from "../../tests/assert.ts";
import { CountedRuns } from "./counted_runs.ts";

Deno.test("counted runs: each counts once, and one without a name is any with its id", () => {
  const runs = new CountedRuns([
    { name: "a", id: "1" },
    { name: "", id: "1" },
    { name: "b", id: "1" },
    { name: "a", id: "1" },
    { name: "", id: "2" },
    { name: "", id: "2" },
  ]);
  assertEquals(runs.size, 3);
  const has = ["a 1", "b 1", "c 1", "a 2", "c 3"].filter((one) => {
    const [name, id] = one.split(" ") as [string, string];
    return runs.has({ name, id });
  });
  assertEquals(has, ["a 1", "b 1", "a 2"]);
});
