import { assertEquals } from "../../tests/assert.ts";
import project from "../../deno.json" with { type: "json" };
import { VERSION } from "./version.ts";

Deno.test("version: equals the one of the project file", () => {
  assertEquals(VERSION, project.version);
});
