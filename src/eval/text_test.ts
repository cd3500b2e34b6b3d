import { assertEquals, assertRejects } from "../../tests/assert.ts";
import { DaguError } from "../core/errors.ts";
import type { CommandRequest, Commands } from "../ports/commands.ts";
import { Scope } from "./scope.ts";
import { evaluateEnv, expandText } from "./text.ts";

const scope = new Scope({
  dagEnv: new Map([["K", "kept"], ["E", ""], ["F", "a.tar.gz"]]),
  params: new Map([["1", "p1"], [
    "J",
    '{"s":"x\\"y","l":[10,20],"big":12345678901234567890,"n":null,"o":{"b":1.5}}',
  ]]),
  outputs: new Map([["OUT", "`touch x` $K ${K}"]]),
  steps: (id) => id === "mk" ? { stdout: "/logs/mk.out", stderr: "/logs/mk.err", exitCode: 3 } : undefined,
});
const os = { HOME: "/root", OSV: "osval" };

class FakeCommands implements Commands {
  readonly requests: CommandRequest[] = [];
  constructor(readonly exitCode = 0) {}
  run(request: CommandRequest): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    this.requests.push(request);
    return Promise.resolve({
      exitCode: this.exitCode,
      stdout: ` <${request.args.at(-1)}>\n`,
      stderr: "bad\n",
    });
  }
}

Deno.test("references are replaced once", async () => {
  const cases: [string, string][] = [
    ["$K-${K}x $Kx ${NOPE}|$OSV", "kept-keptx  |osval"],
    ["'${K}' '$K'", "'kept' 'kept'"],
    ["${OUT}", "`touch x` $K ${K}"],
    ["$1 ${1} $5|", "p1 p1 |"],
    ["\\$K \\${K} \\` $ $$ a$", "\\$K \\${K} \\` $ $$ a$"],
    ["~/x ~", "/root/x ~"],
    ["$(echo sub) $((1+2)) one ` alone", "$(echo sub) $((1+2)) one ` alone"],
  ];
  for (const [text, value] of cases) assertEquals(await expandText(text, scope, { os }), value, text);
});

Deno.test("without an environment of the host unknown names stay", async () => {
  assertEquals(
    await expandText("$NOPE ${NOPE:-d} ${NOPE.x} ~/x ${K:-d}", scope),
    "$NOPE ${NOPE:-d} ${NOPE.x} ~/x kept",
  );
});

Deno.test("paths into JSON and into steps", async () => {
  const cases: [string, string][] = [
    ["${J.s} ${J.l} ${J.l[1]} ${J.l.[0]} ${J.o} ${J.o.b}", 'x"y [10,20] 20 10 {"b":1.5} 1.5'],
    ["${J.big}|${J.n}|${J.nope}|${J.l[7]}|${K.nope}", "12345678901234567890||||"],
    ["$J.l[1], $J.o.b. $F.txt", "20, 1.5. a.tar.gz.txt"],
    [
      "${mk.stdout} ${mk.exitCode} ${mk.exit_code} ${mk.stdout:1:4} ${mk.exitCode:5}|",
      "/logs/mk.out 3 3 logs |",
    ],
  ];
  for (const [text, value] of cases) assertEquals(await expandText(text, scope, { os }), value, text);
});

Deno.test("a quoted reference becomes a JSON string", async () => {
  assertEquals(
    await expandText('{"a": "${J.s}", "b": "${K}", "c": "-${K}"}', scope),
    '{"a": "x\\"y", "b": "kept", "c": "-kept"}',
  );
});

Deno.test("operators of the shell", async () => {
  const cases: [string, string][] = [
    ["${NOPE:-d} ${E:-d} ${E-d}|${NOPE:=a ${K}}", "d d |a kept"],
    ["${K:+alt} ${E:+alt}|${NOPE+alt}|${#K} ${#NOPE}", "alt ||4 0"],
    ["${F%.*} ${F%%.*} ${F#*.} ${F##*.} ${F%x}", "a.tar a tar.gz gz a.tar.gz"],
    ["${F/a/b} ${F//a/b} ${F/[.]*/} ${F:1:3} ${F: -2} ${F:2}", "b.tar.gz b.tbr.gz a .ta gz tar.gz"],
    ["${K^} ${K^^} ${K,,}", "Kept KEPT kept"],
  ];
  for (const [text, value] of cases) assertEquals(await expandText(text, scope, { os }), value, text);
  await assertRejects(() => expandText("${NOPE:?set it}", scope, { os }), DaguError, "set it");
});

Deno.test("backticks get values by environment", async () => {
  const commands = new FakeCommands();
  assertEquals(
    await expandText("a `echo ${OUT} $K \\`in\\`` `b`", scope, { commands, os }),
    "a <echo ${OUT} $K `in`> <b>",
  );
  assertEquals(commands.requests[0].program, "sh");
  assertEquals(commands.requests[0].env, { ...os, OUT: "`touch x` $K ${K}", K: "kept" });
  assertEquals(await expandText("\\`no\\`", scope, { commands }), "\\`no\\`");
  await assertRejects(
    () => expandText("`exit 3`", scope, { commands: new FakeCommands(3) }),
    DaguError,
    "exit status 3",
  );
});

Deno.test("entries of env in order", async () => {
  const entries = [
    { name: "A", value: "one" },
    { name: "B", value: "two ${A} $K" },
    { name: "K", value: "own" },
    { name: "C", value: "${K}-$OSV-${LATER}" },
    { name: "LATER", value: "x" },
  ];
  assertEquals(await evaluateEnv(entries, scope, { os }), [
    { name: "A", value: "one" },
    { name: "B", value: "two one kept" },
    { name: "K", value: "own" },
    { name: "C", value: "kept-osval-" },
    { name: "LATER", value: "x" },
  ]);
});

Deno.test("texts that double each other are given up before they take all memory", async () => {
  const entries = Array.from({ length: 40 }, (_, i) => ({ name: `A${i + 1}`, value: `\${A${i}}\${A${i}}` }));
  const first = { name: "A0", value: "x".repeat(16) };
  await assertRejects(
    () => evaluateEnv([first, ...entries], new Scope({})),
    DaguError,
    'Cannot evaluate "${A',
  );
  const long = new Scope({ dagEnv: new Map([["A", "x".repeat(100_000)]]) });
  await assertRejects(() => expandText("${A//x/${A}}", long), DaguError, "it comes to more than");
});
