import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { positionOf, toJson } from "./yaml_node.ts";
import { parseYaml } from "./yaml_parse.ts";
import { Source } from "./yaml_source.ts";

function values(text: string): unknown[] {
  const { roots, issues } = parseYaml(new Source("f", text));
  assertEquals(issues, [], text);
  return roots.map(toJson);
}

/** The only issue of a text as `line:column message`. */
function problem(text: string): string {
  const { issues } = parseYaml(new Source("f", text));
  assertEquals(issues.length, 1, `Expected one issue: ${JSON.stringify(text.slice(0, 80))}`);
  const { position, message } = issues[0];
  return `${position!.line}:${position!.column} ${message}`;
}

Deno.test("yaml: documents, empty ones are skipped", () => {
  assertEquals(values("---\na: 1\n---\n---\n# only a comment\n---\nb: [x, 'y', \"z\"]\n...\n"), [
    { a: 1 },
    { b: ["x", "y", "z"] },
  ]);
  assertEquals(values(""), []);
  assertEquals(values("# nothing\n"), []);
  assertEquals(values("\ufeffa: 1"), [{ a: 1 }]);
  assertEquals(values("a:\r\n  - 1\r\n  - |\r\n    x\r\n    y\r\n"), [{ a: [1, "x\ny\n"] }]);
});

Deno.test("yaml: places of keys and values", () => {
  const text = "\ufeffone: 1\r\ntwo:\r\n  - x\r\n  - {k: 'v', l: [\r\n   9\r\n]}\r\n";
  const root = parseYaml(new Source("f", text)).roots[0];
  assert(root.kind === "map");
  const list = root.entries[1].value;
  assert(list.kind === "list");
  const map = list.items[1];
  assert(map.kind === "map");
  const inner = map.entries[1].value;
  assert(inner.kind === "list");
  const places = [root.entries[0].key, root.entries[0].value, list, list.items[0], map, map.entries[0].value]
    .concat([inner, inner.items[0]]).map((node) => {
      const { line, column } = positionOf(node);
      return `${line}:${column}`;
    });
  assertEquals(places, ["1:1", "1:6", "3:3", "3:5", "4:5", "4:9", "4:17", "5:4"]);
});

Deno.test("yaml: brackets and quotes may end at the indentation of their key", () => {
  assertEquals(values("steps: [\n  a,\n  b,\n]\nc: {\n}\n"), [{ steps: ["a", "b"], c: {} }]);
  assertEquals(values("- x: [\n  a # ]\n  ]\n  y: 1\n"), [[{ x: ["a"], y: 1 }]]);
  assertEquals(values('- x: {\n"a": "}",\n\'b\': [ 1,\n2 ]\n}\n- z\n'), [[
    { x: { a: "}", b: [1, 2] } },
    "z",
  ]]);
  assertEquals(values("- x: \"a\n  b \\\" ]\n\n  c\"\n  y: 'it''s\n  d'\n"), [[{
    x: 'a b " ]\nc',
    y: "it's d",
  }]]);
  assertEquals(values("a: [\tx,\ty\t]\n"), [{ a: ["x", "y"] }]);
  assertEquals(values("s: |\n  [\n  }\n  x\na: [\n]\n"), [{ s: "[\n}\nx\n", a: [] }]);
  const many = Array.from({ length: 3000 }, (_, index) => `k${index}: [\n  1\n]\n`).join("");
  assertEquals(Object.keys(values(many)[0] as object).length, 3000);
});

Deno.test("yaml: aliases, merges and tags", () => {
  assertEquals(values("a: &x [1, 2]\nb: *x\n"), [{ a: [1, 2], b: [1, 2] }]);
  assertEquals(values("- &a {n: 1, m: 1}\n- {n: 2, <<: *a, o: 3}\n"), [[{ n: 1, m: 1 }, {
    n: 2,
    m: 1,
    o: 3,
  }]]);
  assertEquals(values("- &a {n: 1}\n- &b {n: 2}\n- <<: [*a, *b]\n"), [[{ n: 1 }, { n: 2 }, { n: 2 }]]);
  assertEquals(values('- {"<<": 1}\n'), [[{ "<<": 1 }]]);
  assertEquals(values('[!!str 12, !!int "12", !!bool "true", !!null x, !!float 3, !own y, ! 5]'), [
    ["12", 12, true, null, 3, "y", "5"],
  ]);
});

Deno.test("yaml: keys are texts", () => {
  assertEquals(values("1.50: a\ntrue: b\n~: c\n0x10: d\n"), [{
    "1.5": "a",
    "true": "b",
    "null": "c",
    "16": "d",
  }]);
  const proto = values("__proto__: {x: 1}")[0] as object;
  assertEquals(Object.keys(proto), ["__proto__"]);
});

Deno.test("yaml: what is wrong, and where", () => {
  const cases: readonly [string, string | RegExp][] = [
    ["a: 1\na: 2", '2:1 The key "a" is already given in line 1'],
    ["x:\n  - b: 1\n    c: 2\n    b: 3\n", '4:5 The key "b" is already given in line 2'],
    ["a: {{ x }}", /^1:5 A key must be a plain text; put quotes/],
    ["a: *nobody", /^1:4 The alias "\*nobody" is not defined/],
    ["a: &x [*x]", /^1:8 The alias "\*x" refers to itself/],
    ["a: {<<: 5}", /^1:9 The value of << must be a map/],
    ["a: !!int x", /^1:10 The value "x" does not fit its tag/],
    ["a: !!binary aGk=", /^1:13 The tag !!binary/],
    ["a:\n\t- b", /^2:1 .*tab/i],
    ["a: b: c", /^1:5 .*needs quotes/],
    ["a: `date`", /^1:4 .*needs quotes/],
    ["a: 'x", /^1:4 .*never closed/],
    ['steps:\n  - command: "unclosed\n', /^2:14 .*never closed/],
    ["a: [1, 2", /bracket.*never closed/],
    ["a: [1 2: 3 4]\nb: [{x: 1} y]", /comma is missing/],
    ['a: "\\q"', /^1:6 .*escape/],
    ["a: | text", /begins with \| or >/],
    ["a: 1\n b: 2", /^2:\d .*indentation/i],
    ["a: x\u0000y", /zero byte/],
    ["a: x\u0007y", /control character/],
    ["[".repeat(70), /Nested deeper than 64/],
  ];
  for (const [text, expected] of cases) {
    const found = problem(text);
    if (typeof expected === "string") assertEquals(found, expected);
    else assertMatch(found, expected);
  }
});

Deno.test("yaml: alias bombs and deep aliases are refused at once", () => {
  let bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (let level = 1; level < 30; level++) {
    bomb += `a${level}: &a${level} [${Array(10).fill(`*a${level - 1}`).join(",")}]\n`;
  }
  assertMatch(problem(bomb), /^5:\d+ The aliases of this text stand for more than 100000 values$/);
  let deep = "a0: &a0 [x]\n";
  for (let level = 1; level < 70; level++) deep += `a${level}: &a${level} [*a${level - 1}]\n`;
  const { issues } = parseYaml(new Source("f", deep));
  assertMatch(issues[0].message, /Nested deeper than 64/);
  let merges = "m0: &m0 {a: 1, b: 2}\n";
  for (let level = 1; level < 60; level++) {
    merges += `m${level}: &m${level} {<<: [${Array(99).fill(`*m${level - 1}`)}]}\n`;
  }
  assert(parseYaml(new Source("f", merges)).issues.length > 0);
});
