import { assertEquals } from "../../../tests/assert.ts";
import { type ParamField, paramsText, problemOf, valuesOf } from "./start_params.ts";

const field = (name: string, value: string, more: Partial<ParamField> = {}): ParamField => ({
  name,
  value,
  type: "string",
  required: false,
  ...more,
});

Deno.test("only what was changed is given, whatever it holds", () => {
  const fields = [field("DAY", "`date`"), field("TO", "a b")];
  assertEquals(paramsText(fields, { DAY: "`date`", TO: "a b" }), "");
  assertEquals(paramsText(fields, { DAY: "`date`", TO: 'x "y" $Z' }), 'TO="x \\"y\\" $Z"');
});

Deno.test("parameters without a name keep their places", () => {
  const fields = [field("1", "a"), field("2", "b"), field("N", "c")];
  assertEquals(paramsText(fields, { 1: "a", 2: "x", N: "c" }), '"a" "x"');
  assertEquals(paramsText(fields, { 1: "a", 2: "b", N: "d" }), 'N="d"');
});

Deno.test("the values of an earlier run, as far as they are still asked for", () => {
  assertEquals(valuesOf([field("A", "1"), field("B", "2")], 'A="x y" OLD=3'), { A: "x y", B: "2" });
});

Deno.test("what cannot be taken is told before the start", () => {
  const size = field("size", "8", { type: "integer", minimum: 1, maximum: 9 });
  assertEquals(["3", "x", "0", "10", "8"].map((value) => problemOf(size, value)), [
    "",
    "is a whole number",
    "is at least 1",
    "is at most 9",
    "",
  ]);
  assertEquals(problemOf(field("m", "", { required: true }), ""), "is needed");
  assertEquals(problemOf(field("m", "", { pattern: "^\\S+@" }), "nobody"), "looks like ^\\S+@");
  assertEquals(problemOf(field("n", "$OTHER", { type: "number" }), "$OTHER"), "");
});
