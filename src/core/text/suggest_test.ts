import { assertEquals } from "../../../tests/assert.ts";
import { suggest } from "./suggest.ts";

Deno.test("suggest: the nearest word, when it is near", () => {
  const known = ["name", "command", "retryPolicy", "maxActiveRuns", "type", "output", "stdout"];
  const cases: readonly [string, string][] = [
    ["nmae", "name"],
    ["comand", "command"],
    ["commands", "command"],
    ["max_active_run", "maxActiveRuns"],
    ["MAXACTIVERUN", "maxActiveRuns"],
    ["retries", "retryPolicy"],
    ["retry", "retryPolicy"],
    ["outputs", "output"],
    ["colour", ""],
    ["x", ""],
    ["", ""],
    ["z".repeat(5000), ""],
  ];
  for (const [word, expected] of cases) assertEquals(suggest(word, known), expected, word);
});

Deno.test("suggest: commands", () => {
  const words = ["start", "status", "stop", "retry", "restart", "history", "validate", "version"];
  const cases: readonly [string, string][] = [
    ["strat", "start"],
    ["stat", "start"],
    ["statsu", "status"],
    ["histroy", "history"],
    ["vaildate", "validate"],
    ["VERSION", "version"],
    ["hist", "history"],
    ["launch", ""],
  ];
  for (const [word, expected] of cases) assertEquals(suggest(word, words), expected, word);
});
