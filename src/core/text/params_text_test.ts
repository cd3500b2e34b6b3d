import { Random } from "../../../tests/fakes/random.ts";
import { assertEquals } from "../../../tests/assert.ts";
import { formatEntries, nameParams, paramsFromArgs, parseParams, quoteParams } from "./params_text.ts";

function pairs(text: string): [string, string][] {
  return parseParams(text).map((p) => [p.name, p.value]);
}

Deno.test("named and positional parameters", () => {
  assertEquals(pairs("x A=1  B=\"two words\"\t'four five'"), [
    ["1", "x"],
    ["A", "1"],
    ["B", "two words"],
    ["4", "four five"],
  ]);
  assertEquals(pairs("A= B=2"), [["A", ""], ["B", "2"]]);
  assertEquals(pairs("QUERY=a=b&c=d"), [["QUERY", "a=b&c=d"]]);
  assertEquals(pairs('"" "k=v"'), [["1", ""], ["2", "k=v"]]);
  assertEquals(pairs("=x it's"), [["1", "=x"], ["2", "it's"]]);
  assertEquals(pairs("  "), []);
});

Deno.test("quotes, backslashes and backticks", () => {
  assertEquals(pairs('A="x\\"y" B="C:\\new\\\\z" C="end\\\\"'), [["A", 'x"y'], ["B", "C:\\new\\\\z"], [
    "C",
    "end\\",
  ]]);
  assertEquals(pairs("N=`expr 2 + 3`x `echo a b`"), [["N", "`expr 2 + 3`x"], ["2", "`echo a b`"]]);
  assertEquals(pairs('A="`date +%F`"'), [["A", "`date +%F`"]]);
  assertEquals(pairs('A="unclosed x'), [["A", '"unclosed'], ["2", "x"]]);
  assertEquals(pairs('A=["a","b"] J={"x":1}'), [["A", '["a","b"]'], ["J", '{"x":1}']]);
});

Deno.test("a JSON object or list as a whole", () => {
  assertEquals(pairs('{"a":1,"b":{"c":[1,2]},"n":null,"t":true,"f":1.50}'), [
    ["a", "1"],
    ["b", '{"c":[1,2]}'],
    ["n", ""],
    ["t", "true"],
    ["f", "1.5"],
  ]);
  assertEquals(pairs('["x y", 5, {"Z":"q"}, [3]]'), [["1", "x y"], ["2", "5"], ["Z", "q"], ["4", "[3]"]]);
  assertEquals(pairs('{"big":12345678901234567890,"in":[9007199254740993]}'), [
    ["big", "12345678901234567890"],
    ["in", "[9007199254740993]"],
  ]);
  assertEquals(pairs('["a"'), [["1", '["a"']]);
});

Deno.test("arguments keep their boundaries", () => {
  assertEquals(paramsFromArgs(["MSG=hello there", "b c", "A=`x`\"='", "=x"]), [
    { name: "MSG", value: "hello there" },
    { name: "2", value: "b c" },
    { name: "A", value: "`x`\"='" },
    { name: "4", value: "=x" },
  ]);
  assertEquals(paramsFromArgs(['{"COLOR":"teal","NEW":true}']), [
    { name: "COLOR", value: "teal" },
    { name: "NEW", value: "true" },
  ]);
  assertEquals(paramsFromArgs(['{"a":1}', "x"])[0], { name: "1", value: '{"a":1}' });
});

Deno.test("formatting for records", () => {
  assertEquals(formatEntries(parseParams('one A="b c"')), ["1=one", "A=b c"]);
  assertEquals(quoteParams(parseParams('one A="b c"')), '"one" A="b c"');
  assertEquals(nameParams(parseParams('one A="b c"')), '1="one" A="b c"');
});

Deno.test("quoting can be read back, whatever the values hold", () => {
  const alphabet = [
    '"',
    "\\",
    "\n",
    "`",
    "'",
    " ",
    "=",
    "$",
    "{",
    "}",
    "[",
    ",",
    "é",
    "日",
    "😀",
    "a",
    "\t",
    ";",
  ];
  const random = new Random(7);
  const next = (n: number) => random.below(n);
  for (let round = 0; round < 3000; round++) {
    const params = Array.from({ length: next(4) }, (_, index) => {
      const value = Array.from({ length: next(9) }, () => alphabet[next(alphabet.length)]).join("");
      const odd = alphabet[next(alphabet.length)] + "N";
      return { name: next(3) === 0 ? String(index + 1) : next(8) === 0 ? odd : `K${index}`, value };
    });
    assertEquals(parseParams(quoteParams(params)), params, quoteParams(params));
    assertEquals(parseParams(nameParams(params)), params, nameParams(params));
  }
});
