import { assertEquals, assertThrows } from "../../tests/assert.ts";
import { matches, outputMatches } from "./condition.ts";
import { DaguError } from "./errors.ts";

Deno.test("one equal line is enough", () => {
  assertEquals(matches("a\nblue\nb", "blue"), true);
  assertEquals(matches("a\nb", "a\nb"), true);
  assertEquals(matches(" blue", "blue"), false);
  assertEquals(matches("bluegreen", "blue"), false);
});

Deno.test("patterns are looked for in each line", () => {
  assertEquals(matches("a\nb7", "re:^b\\d$"), true);
  assertEquals(matches("a\nb", "re:a.b"), false);
  assertEquals(matches("", "re:^$"), true);
  assertThrows(() => matches("x", "re:("), DaguError, "Invalid regular expression");
});

Deno.test("output is searched for texts and patterns", () => {
  assertEquals(outputMatches("WARN: disk", ["nothing", "WARN"]), true);
  assertEquals(outputMatches("took 12 s", ["re:took [0-9]+ s"]), true);
  assertEquals(outputMatches("took", ["re:^ok$", "took long"]), false);
});
