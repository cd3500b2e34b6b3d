import { assert, assertEquals } from "../../tests/assert.ts";
import { configJsonSchema } from "./json_schema.ts";
import { KEYS } from "./keys.ts";

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly description?: string;
  readonly default?: unknown;
  readonly deprecated?: boolean;
}

Deno.test("config schema: describes every key of the table", () => {
  const root = configJsonSchema() as Node;
  for (const { key } of KEYS) {
    const node = key.split(".").reduce<Node | undefined>((at, part) => at?.properties?.[part], root);
    assert(node?.description, key);
  }
  assertEquals(root.properties?.["port"]?.default, 8080);
  assertEquals(root.properties?.["logDir"]?.deprecated, true);
});
