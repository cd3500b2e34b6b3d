import { assertEquals } from "../../tests/assert.ts";
import { parseDuration } from "./values.ts";

Deno.test("values: durations", () => {
  const cases: Record<string, number | undefined> = {
    "30s": 30_000,
    "1h30m": 5_400_000,
    "1.5h": 5_400_000,
    "500ms": 500,
    "7d": 604_800_000,
    "0": 0,
    "0s": 0,
    "": undefined,
    "30": undefined,
    "s": undefined,
    "-5s": undefined,
    "5 s": undefined,
    "5sx": undefined,
  };
  for (const [text, ms] of Object.entries(cases)) assertEquals(parseDuration(text), ms, text);
});
