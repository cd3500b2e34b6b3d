import { assertEquals, assertThrows } from "../../tests/assert.ts";
import { Random } from "../../tests/fakes/random.ts";
import { parseYaml } from "../spec/yaml/yaml_parse.ts";
import { Source } from "../spec/yaml/yaml_source.ts";
import { dag, dagByName, float, refs, treeOf, untyped } from "./dag.ts";
import type { DataNode } from "./data_node.ts";
import { tsText } from "./ts_text.ts";
import { yamlText } from "./yaml_text.ts";

const WORDS = [
  "a",
  "",
  " lead",
  "trail ",
  "yes",
  "0777",
  "1_000",
  "-",
  "- x",
  "a: b",
  "a #b",
  "#c",
  "null",
  "~",
  "...",
  "---",
  "{x}",
  "[y]",
  "*a",
  "&a",
  "!t",
  "|",
  ">",
  "%d",
  "@h",
  "`cmd`",
  "${A}",
  "'q'",
  '"d"',
  "\\",
  "\\n",
  "\t",
  "é",
  "😀",
  "\ud800",
  "\u2028",
  "\x7f",
  "\0",
  "\r",
  "\n",
  "<<",
  "__proto__",
  "constructor",
  "1",
  "10",
  "01",
  ".5",
  "=",
  "?",
  "? x",
  ":",
  "x:",
];

function text(random: Random): string {
  return Array.from({ length: 1 + random.below(4) }, () => random.pick(WORDS)).join(
    random.pick(["", " ", "\n"]),
  );
}

function value(random: Random, depth: number): unknown {
  const kind = random.below(depth > 3 ? 6 : 9);
  switch (kind) {
    case 0:
      return random.pick([null, true, false]);
    case 1:
      return random.pick([0, -1, 42, 2 ** 53, -0, 1.5, 1e21, 1e-7, Infinity, -Infinity, NaN]);
    case 2:
      return random.pick([2n ** 63n, -(2n ** 60n), 7n, float(1e6), float(3), float(-0)]);
    case 6:
      return Array.from({ length: random.below(4) }, () => value(random, depth + 1));
    case 7:
    case 8:
      return map(random, depth);
    default:
      return text(random);
  }
}

function map(random: Random, depth: number): Map<string, unknown> {
  return new Map(
    Array.from({ length: random.below(5) }, () => [text(random), value(random, depth + 1)] as const),
  );
}

function plain(node: DataNode): unknown {
  if (node.kind === "list") return node.items.map(plain);
  if (node.kind === "map") return node.entries.map(({ key, value }) => [key.text, plain(value)]);
  const number = node.type === "int" || node.type === "float";
  return [number ? "number" : node.type, number ? Number(node.text.replace("Inf", "Infinity")) : node.text];
}

Deno.test("values: through YAML and through TypeScript and back they are the same", () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const random = new Random(seed);
    const tree = treeOf(map(random, 0));
    const yaml = yamlText([tree]);
    const { roots: [read = treeOf(null)], issues } = parseYaml(new Source("/a.yaml", yaml));
    assertEquals(issues, [], `seed ${seed}\n${yaml}`);
    assertEquals(plain(read), plain(tree), `seed ${seed}\n${yaml}`);
    const module = tsText([{ node: read, maker: "untyped" }]);
    const code = module.replace(/^import .*$/m, "").replace("export default", "return");
    const again = yamlText([treeOf(new Function("untyped", "float", code)(untyped, float))]);
    const { roots: [last = treeOf(null)] } = parseYaml(new Source("/a.yaml", again));
    assertEquals(exact(last), exact(read), `seed ${seed}\n${module}`);
  }
});

/** With the texts of numbers, which variables would hold. */
function exact(node: DataNode): unknown {
  if (node.kind === "list") return node.items.map(exact);
  if (node.kind === "map") return node.entries.map(({ key, value }) => [key.text, exact(value)]);
  return [node.type === "int" ? "float" : node.type, node.text];
}

Deno.test("values: what is no plain value is refused with its place", () => {
  const wrong = (definition: unknown) => assertThrows(() => treeOf(definition), Error).message;
  assertEquals(
    wrong({ steps: [{ command: () => "x" }] }),
    "steps[0].command holds a function; a definition is made of plain values",
  );
  assertEquals(
    wrong({ at: new Date() }),
    "at holds an object with a class; a definition is made of plain values",
  );
  assertEquals(wrong({ env: [undefined] }), "env[0] holds undefined; a definition is made of plain values");
  const loop: unknown[] = [];
  loop.push(loop);
  assertEquals(wrong({ env: loop }).endsWith("is nested deeper than 100 levels, or holds itself"), true);
  assertEquals(plain(treeOf({ a: undefined, b: 1 })), [["b", ["number", 1]]]);
});

Deno.test("values: YAML is written as a person would", () => {
  const definition = dag({
    params: [{ DAY: "2026-01-31" }, { COUNT: 3 }],
    steps: [
      { name: "fetch", command: "curl -sf https://example.com/$DAY", output: "DATA" },
      [{ name: "left", command: "a", depends: [] }, { name: "right", script: "one\n  two\n" }],
      { name: "load", command: "yes", env: {}, timeoutSec: 60, mailOnError: true },
    ],
  });
  assertEquals(
    yamlText([treeOf(definition), treeOf(dagByName({ name: "other", steps: { a: "x" } }))]),
    `params:
  - DAY: "2026-01-31"
  - COUNT: 3
steps:
  - name: fetch
    command: curl -sf https://example.com/$DAY
    output: DATA
  - - name: left
      command: a
      depends: []
    - name: right
      script: |
        one
          two
  - name: load
    command: "yes"
    env: {}
    timeoutSec: 60
    mailOnError: true
---
name: other
steps:
  a: x
`,
  );
});

Deno.test("refs: of everything that a definition gives a name", () => {
  const $ = refs({
    params: [{ DAY: "today" }, "MODE=full"],
    env: { OUT: "/data" },
    secrets: [{ name: "TOKEN" }],
    steps: [{ id: "f", output: "DATA" }, { output: { name: "SUM" } }],
  });
  const texts: string[] = [$.DAY, $.MODE, $.OUT, $.TOKEN, $.DATA, $.SUM, $.f.stdout, $.f.exitCode];
  assertEquals(texts.join(" "), "${DAY} ${MODE} ${OUT} ${TOKEN} ${DATA} ${SUM} ${f.stdout} ${f.exitCode}");
});
