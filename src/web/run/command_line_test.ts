import { assertEquals } from "../../../tests/assert.ts";
import { commandLine } from "./command_line.ts";

Deno.test("a run as a command line, its values safe from the shell", () => {
  assertEquals(commandLine({ name: "etl" }), "dagu start etl");
  assertEquals(commandLine({ name: "etl", params: "DAY=1" }), "dagu start etl --params DAY=1");
  assertEquals(
    commandLine({ name: "etl", params: `A="$(x)'s"` }),
    `dagu start etl --params 'A="$(x)'\\''s"'`,
  );
});
