import { assertEquals } from "../../tests/assert.ts";
import { outputKey } from "./output_name.ts";

Deno.test("keys of outputs", () => {
  const keys = ["OUT1", "TOTAL_COUNT", "totalCount2", "Total_count3", "_A__B4", "A1_2B", "X-Y", "_"].map(
    outputKey,
  );
  assertEquals(keys, ["out1", "totalCount", "totalcount2", "totalCount3", "aB4", "a12b", "x-y", "_"]);
});
