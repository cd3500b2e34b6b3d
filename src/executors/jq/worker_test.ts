import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { testNeeding } from "../../../tests/needs.ts";
import { command, StepBench, type StepResult } from "../../../tests/support/step_bench.ts";
import { JQ } from "./manifest.ts";

const DATA = new URL("../../../tests/data/jq/", import.meta.url);

async function jq(bench: StepBench, program: string, input: string, raw = false): Promise<StepResult> {
  return await bench.run(JQ, {
    ...command(program),
    script: input,
    executor: { type: "jq", config: { raw } },
  });
}

async function realJq(
  program: string,
  input: string,
  flags: string[],
): Promise<{ code: number; out: string }> {
  const child = new Deno.Command("jq", {
    args: [...flags, program],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout } = await child.output();
  return { code, out: new TextDecoder().decode(stdout) };
}

testNeeding({
  name: "jq: agrees with the jq of the system on many programs",
  needs: ["jq"],
  fn: async () => {
    const input = await Deno.readTextFile(new URL("input.json", DATA));
    const programs = (await Deno.readTextFile(new URL("programs.txt", DATA))).split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    assert(programs.length > 100);
    using bench = new StepBench();
    const differing: string[] = [];
    for (const program of programs) {
      for (const raw of [false, true]) {
        const flags = raw ? ["-S", "-r", "-c"] : ["-S", "--indent", "4"];
        const [ours, theirs] = await Promise.all([
          jq(bench, program, input, raw),
          realJq(program, input, flags),
        ]);
        if (ours.stdout !== theirs.out || ours.exitCode !== theirs.code) {
          differing.push(
            `${program}\n  ours:   ${ours.exitCode} ${ours.stdout}  theirs: ${theirs.code} ${theirs.out}`,
          );
        }
      }
    }
    assertEquals(differing, []);
  },
});

Deno.test("jq: failures say what is wrong, and what was printed before is kept", async () => {
  using bench = new StepBench();
  const runtime = await jq(bench, ".[] | 1 / .", "[1, 2, 0, 4]");
  assertEquals([runtime.exitCode, runtime.stdout], [5, "1\n0.5\n"]);
  assertMatch(runtime.error, /^The jq program failed: .*cannot be divided because the divisor is zero$/);
  assertMatch(runtime.stderr, /divisor is zero\n$/);
  const program = await jq(bench, ".a |", "{}");
  assertEquals([program.exitCode, program.stdout, program.stderr], [3, "", ""]);
  assertMatch(program.error, /^The jq program is not valid: syntax error/);
  const inputs: [string, RegExp][] = [
    ["", /empty/],
    [" \n", /empty/],
    ["{", /not one valid JSON value/],
    ["1 2", /not one valid JSON value/],
  ];
  for (const [input, pattern] of inputs) assertMatch((await jq(bench, ".", input)).error, pattern, input);
  assertMatch((await jq(bench, " ", "1")).error, /the command of step "s" is empty/);
  const again = await jq(bench, ".", "1");
  assertEquals([again.stdout, again.error, again.granted], ["1\n", "", {}]);
});

Deno.test("jq: what a program writes to stderr, no output, variables of the program", async () => {
  using bench = new StepBench();
  const debug = await jq(bench, "debug | empty", '{"a":1}');
  assertEquals([debug.stdout, debug.stderr, debug.error], ["", '["DEBUG:",{"a":1}]\n', ""]);
  assertEquals((await jq(bench, ". as $x | {$x}", "5", true)).stdout, '{"x":5}\n');
  assertEquals((await jq(bench, '"ü🚀\\t"', "0", true)).stdout, "ü🚀\t\n");
});

Deno.test("jq: numbers are doubles, whatever their digits", async () => {
  using bench = new StepBench();
  const { stdout } = await jq(
    bench,
    ".[]",
    "[12345678901234567890, 1.0, 1.50, 1E3, -0.0, 1e1000, 100000000000000000]",
  );
  const numbers = stdout.trim().split("\n");
  assertEquals(numbers.slice(0, 5), ["12345678901234567000", "1", "1.5", "1000", "-0"]);
  assertEquals(numbers.slice(5).map(Number), [Number.MAX_VALUE, 1e17]);
});

Deno.test("jq: an exponent is written in one way", async () => {
  using bench = new StepBench();
  assertEquals((await jq(bench, ".", "[1E-7, 1e21]")).stdout, "[\n    1e-7,\n    1e+21\n]\n");
  assertEquals((await jq(bench, ".", '"version 1E-07"')).stdout, '"version 1E-07"\n');
});

Deno.test("jq: functions of newer versions", async () => {
  using bench = new StepBench();
  const program =
    '[(.s | trim, ltrim, rtrim, trimstr(" ")), add(.n[]), [skip(1; .n[])], ("true" | toboolean)]';
  const { stdout } = await jq(bench, `${program} | tojson`, '{"s":"  a ","n":[1,2,3]}', true);
  assertEquals(stdout, '["a","a ","  a"," a",6,[2,3],true]\n');
  assertEquals((await jq(bench, "def trim: 5; trim", "0")).stdout, "5\n");
  assertMatch((await jq(bench, "trim", "0")).error, /number cannot be trimmed/);
});

Deno.test("jq: a large input, and the worker is not kept for its memory", async () => {
  using bench = new StepBench();
  const rows = Array.from({ length: 60_000 }, (_, id) => ({ id, name: `name ${id}`, group: id % 7 }));
  const input = JSON.stringify(rows);
  assert(input.length > 2_000_000);
  const large = await jq(bench, "map(.id) | add", input);
  assertEquals([large.stdout, large.error], ["1799970000\n", ""]);
  const back = await jq(bench, ".", input, true);
  assertEquals(JSON.parse(back.stdout).length, 60_000);
});

Deno.test("jq: a program without end is stopped by the first signal", async () => {
  using bench = new StepBench();
  const step = bench.start(JQ, { ...command("def f: f; f"), script: "1" });
  // Another one has run meanwhile: the endless one is not in its way.
  assertEquals((await jq(bench, ".", "2")).stdout, "2\n");
  step.signal("SIGTERM");
  assertEquals(await step.done, { exitCode: 143, error: "signal: terminated" });
});

for (
  const [what, program] of [
    ["needs more than 1024 MB of memory", '"x" * 1500000000 | length'],
    ["needs more than 1024 MB of memory", "def f: 1 + f; f"],
    ["prints more than 64 MB", '("x" * 1000000) as $x | range(infinite) | $x'],
  ] as const
) {
  Deno.test(`jq: ${program} is ended, because it ${what}`, async () => {
    using bench = new StepBench();
    assertEquals(await jq(bench, program, "1"), {
      exitCode: 1,
      error: `The jq program failed: it ${what}`,
      stdout: "",
      stderr: "",
      granted: (await jq(bench, ".", "2")).granted,
    });
  });
}
