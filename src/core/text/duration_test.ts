import { assertEquals } from "../../../tests/assert.ts";
import { parseDuration } from "./duration.ts";

Deno.test("durations", () => {
  const cases: Record<string, number | undefined> = {
    "30s": 30_000,
    "1h30m": 5_400_000,
    "1.5h": 5_400_000,
    "2.s": 2000,
    "500ms": 500,
    "250us": 0.25,
    "0": 0,
    "0s": 0,
    "7d": undefined,
    "": undefined,
    "30": undefined,
    "s": undefined,
    "-5s": undefined,
    "1 h": undefined,
    "5 s and more": undefined,
    [`${"9".repeat(400)}h`]: undefined,
  };
  for (const [text, ms] of Object.entries(cases)) assertEquals(parseDuration(text), ms, text);
});

Deno.test("durations: days and weeks where they are wanted", () => {
  assertEquals(parseDuration("7d", ["d"]), 604_800_000);
  assertEquals(parseDuration("1d12h", ["d", "w"]), 129_600_000);
  assertEquals(parseDuration("2w", ["d"]), undefined);
});
