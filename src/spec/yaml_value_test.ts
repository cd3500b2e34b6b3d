import { SpecError } from "../core/errors.ts";
import { assertEquals, assertThrows } from "../../tests/assert.ts";
import { yamlValue } from "./yaml_value.ts";

Deno.test("yaml value: the first document as plain data", () => {
  assertEquals(yamlValue("a: [1, 2.5, yes, true, ~, 9007199254740993, .inf]\n---\nb: 1", "f"), {
    a: [1, 2.5, "yes", true, null, "9007199254740993", "+Inf"],
  });
  assertEquals(yamlValue("", "f"), null);
});

Deno.test("yaml value: mistakes have places", () => {
  assertThrows(() => yamlValue("a: 1\na: 2", "conf.yaml"), SpecError, "conf.yaml:2:1: The key");
});
