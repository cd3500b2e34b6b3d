import { assertEquals } from "../../../tests/assert.ts";
import { toJson } from "./yaml_node.ts";
import { parseYaml } from "./yaml_parse.ts";
import { Source } from "./yaml_source.ts";

Deno.test("a node as plain data", () => {
  const { roots } = parseYaml(new Source("f", "a: [1, 2.5, yes, true, ~, 9007199254740993, .inf]"));
  assertEquals(roots.map(toJson), [{ a: [1, 2.5, "yes", true, null, "9007199254740993", "+Inf"] }]);
});
