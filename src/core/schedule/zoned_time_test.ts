import { assertEquals } from "../../../tests/assert.ts";
import { zonedTime } from "./zoned_time.ts";

Deno.test("zoned time: as the zone's clocks show it", () => {
  const at = Date.UTC(2026, 10, 24, 1, 30, 5);
  assertEquals(zonedTime(at, "UTC"), "2026-11-24T01:30:05Z");
  assertEquals(zonedTime(at, "Europe/Berlin"), "2026-11-24T02:30:05+01:00");
  assertEquals(zonedTime(at, "America/St_Johns"), "2026-11-23T22:00:05-03:30");
  assertEquals(zonedTime(at, "Asia/Kolkata"), "2026-11-24T07:00:05+05:30");
});
