import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { formatBytes, formatDuration, formatTime, plainLine, titleOf } from "./format.ts";

Deno.test("format: durations", () => {
  const cases: [number, string][] = [
    [0, "0ms"],
    [-5, "0ms"],
    [999, "999ms"],
    [999.7, "1.0s"],
    [1000, "1.0s"],
    [1550, "1.5s"],
    [59_999, "59.9s"],
    [61_000, "1m 1s"],
    [3_600_000, "1h 0m 0s"],
    [90_061_000, "25h 1m 1s"],
  ];
  for (const [ms, text] of cases) assertEquals(formatDuration(ms), text);
});

Deno.test("format: times carry the zone and name the same instant", () => {
  const ms = Date.UTC(2026, 6, 1, 12, 30, 5, 42);
  assertMatch(formatTime(ms), /^2026-0[67]-\d\dT\d\d:\d\d:05(Z|[+-]\d\d:\d\d)$/);
  assertEquals(Date.parse(formatTime(ms, true)), ms);
  assertEquals(formatTime(0), "-");
});

Deno.test("format: bytes and titles", () => {
  assertEquals([0, 999, 1000, 1_550_000, 500e6, 2e12].map(formatBytes), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.6 MB",
    "500.0 MB",
    "2.0 TB",
  ]);
  assertEquals(titleOf("partially_succeeded"), "Partially Succeeded");
});

Deno.test("format: plainLine keeps text and tabs", () => {
  assertEquals(plainLine("a\tü 日本 [x]"), "a\tü 日本 [x]");
  assertEquals(plainLine("\x1b[1;31mred\x1b[0m"), "red");
  assertEquals(plainLine("\x1b[2Kdone\r"), "done");
  assertEquals(plainLine("a\x00b"), "a\\x00b");
});
