import { assert, assertEquals } from "../../../../tests/assert.ts";
import { parseTime, timeText } from "./time_text.ts";

Deno.test("times", () => {
  assertEquals(timeText(0), "");
  for (const at of [1, 1_700_000_000_000, 1_700_000_000_123, Date.now()]) {
    assertEquals(parseTime(timeText(at)), at);
  }
  assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(timeText(1_700_000_000_000)));
  assertEquals(parseTime("2026-11-22T22:58:28Z"), Date.UTC(2026, 10, 22, 22, 58, 28));
  assertEquals(parseTime("2026-11-23T00:58:28+02:00"), Date.UTC(2026, 10, 22, 22, 58, 28));
  for (const text of ["-", "", "soon", 5, null, "0001-01-01T00:00:00Z"]) assertEquals(parseTime(text), 0);
});
