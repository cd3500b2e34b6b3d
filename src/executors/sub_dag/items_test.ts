import type { Parallel } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import type { StepTask } from "../../ports/executor.ts";
import { assertEquals, assertRejects } from "../../../tests/assert.ts";
import { itemsOf } from "./items.ts";

function items(parallel: Partial<Parallel>, value = "") {
  const step = { name: "p", parallel: { items: [], variable: "", maxConcurrent: 10, ...parallel } };
  const evaluate = (text: string) => Promise.resolve(text === "${L}" ? value : text);
  return itemsOf({ step, evaluate } as unknown as StepTask);
}

const params = async (value: string) => (await items({ variable: "${L}" }, value)).map((item) => item.params);

Deno.test("items: a variable holds a JSON list or words", async () => {
  assertEquals(await params('[1, "x", true]'), ["1", "x", "true"]);
  assertEquals(await params("a\nb c\n"), ["a", '"b c"']);
  assertEquals(await params("a, b,c"), ["a", "b", "c"]);
  assertEquals(await params("a|b"), ["a", "b"]);
  assertEquals(await params("a;b"), ["a", "b"]);
  assertEquals(await params(" a  b "), ["a", "b"]);
  assertEquals(await params("[1, 2"), ["[1", "2"]);
});

Deno.test("items: as a parameter, a word stands as it is and a text is quoted", async () => {
  assertEquals((await items({ items: ["a", "K=v", "b c", 'q"'] })).map((item) => item.params), [
    "a",
    "K=v",
    '"b c"',
    'q"',
  ]);
});

Deno.test("items: maps are JSON with their keys in order of name", async () => {
  const [item] = await items({ items: [{ B: "x", A: "1" }] });
  assertEquals(item, { text: '{"A":"1","B":"x"}', params: '{"A":"1","B":"x"}' });
  assertEquals(await params('[{"b":{"d":1,"c":[2]},"a":null}]'), ['{"a":null,"b":{"c":[2],"d":1}}']);
});

Deno.test("items: none or too many are refused", async () => {
  await assertRejects(() => params("[]"), DaguError, "no items");
  await assertRejects(() => params(""), DaguError, "no items");
  await assertRejects(() => params(JSON.stringify(Array(1001).fill(1))), DaguError, "at most 1000");
});
