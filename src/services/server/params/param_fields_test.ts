import { assertEquals } from "../../../../tests/assert.ts";
import { paramFields } from "./param_fields.ts";

Deno.test("parameters without a schema are texts", () => {
  assertEquals(
    paramFields({ schema: "", defaults: [{ name: "A", value: "x" }, { name: "2", value: "`date`" }] }, null),
    [
      { name: "A", value: "x", type: "string", required: false },
      { name: "2", value: "`date`", type: "string", required: false },
    ],
  );
});

Deno.test("a schema gives types, choices and limits; the definition's values count before its defaults", () => {
  const schema = {
    type: "object",
    required: ["region"],
    properties: {
      region: { type: "string", enum: ["eu", "us"], description: "Where" },
      size: { type: ["integer", "null"], minimum: 1, maximum: 9, default: 3 },
      dry: { type: "boolean", default: false },
      extra: { type: "object", default: { a: 1 } },
    },
  };
  assertEquals(paramFields({ schema: "s.json", defaults: [{ name: "size", value: "5" }] }, schema), [
    {
      name: "region",
      value: "",
      type: "string",
      required: true,
      description: "Where",
      choices: ["eu", "us"],
    },
    { name: "size", value: "5", type: "integer", required: false, minimum: 1, maximum: 9 },
    { name: "dry", value: "false", type: "boolean", required: false },
    { name: "extra", value: '{"a":1}', type: "json", required: false },
  ]);
});

Deno.test("a schema that is none does no harm", () => {
  assertEquals(paramFields({ schema: "s", defaults: [] }, [1]), []);
  assertEquals(paramFields({ schema: "s", defaults: [] }, { properties: { a: 5 } }).length, 1);
});
