import { assertEquals, assertThrows } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { parseLast, parseTime } from "./time_filter.ts";

Deno.test("time filter: days are local, and end at the next one's start for --to", () => {
  assertEquals(parseTime("from", "2026-01-31", false), new Date(2026, 0, 31).getTime());
  assertEquals(parseTime("to", "2026-01-31", true), new Date(2026, 1, 1).getTime());
  assertEquals(parseTime("to", "2026-01-31 12:30", true), new Date(2026, 0, 31, 12, 30).getTime());
});

Deno.test("time filter: zones are honoured", () => {
  assertEquals(parseTime("from", "2026-01-31T12:00:00Z", false), Date.UTC(2026, 0, 31, 12));
  assertEquals(parseTime("from", "2026-01-31T12:00+02:00", false), Date.UTC(2026, 0, 31, 10));
  assertEquals(parseTime("from", "2026-01-31T12:00:00.5+0200", false), Date.UTC(2026, 0, 31, 10));
});

Deno.test("time filter: anything else is refused", () => {
  for (const text of ["", "yesterday", "2026-02-30", "2026-13-01", "2026-01-31T25:00", "31.01.2026"]) {
    assertThrows(() => parseTime("from", text, false), DaguError, `"${text}" of flag --from`);
  }
});

Deno.test("time filter: durations", () => {
  assertEquals(parseLast("last", "90m"), 5_400_000);
  assertEquals(parseLast("last", "1d12h"), 129_600_000);
  assertEquals(parseLast("last", "2w"), 1_209_600_000);
  for (const text of ["", "7", "d", "1.5", "-1d"]) {
    assertThrows(() => parseLast("last", text), DaguError, "24h, 7d or 2w");
  }
});
