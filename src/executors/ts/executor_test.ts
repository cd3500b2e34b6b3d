import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import {
  type StartedStep,
  StepBench,
  type StepResult,
  type StepSetting,
} from "../../../tests/support/step_bench.ts";
import type { Step } from "../../core/dag.ts";
import { TsExecutor } from "./executor.ts";
import { PackageLocks } from "./package_locks.ts";

const OUTPUT = { name: "OUT", key: "", omit: false };

class TsBench extends StepBench {
  readonly executor: TsExecutor;

  constructor() {
    super();
    const os = Deno.env.toObject();
    this.executor = new TsExecutor({ os, locks: new PackageLocks(os, `${this.folder}/cache`) });
  }

  begin(script: string, step: Partial<Step> = {}, setting: StepSetting = {}): StartedStep {
    return this.start(this.executor, { script, executor: { type: "ts", config: {} }, ...step }, setting);
  }

  async ts(script: string, step: Partial<Step> = {}, setting: StepSetting = {}): Promise<StepResult> {
    return await this.begin(script, step, setting).result;
  }
}

Deno.test("ts: parameters, granted variables, outputs of earlier steps, own outputs", async () => {
  using bench = new TsBench();
  const result = await bench.ts(
    `
    const { rows }: { rows: number[] } = ctx.inputs.DATA;
    console.log(ctx.step, JSON.stringify([ctx.params, ctx.env, ctx.inputs]), Deno.env.get("A"));
    ctx.log("noted", { a: 1 });
    ctx.output("TOTAL", rows.length);
    ctx.output({ rows });
    `,
    {
      output: OUTPUT,
      permissions: { env: ["A", "NOT_THERE"] },
      executor: { type: "ts", config: { outputs: ["TOTAL", "DATA"] } },
    },
    {
      env: { A: "1", B: "2" },
      values: { DATA: '{"rows":[1,2]}', OUT: "text" },
      params: new Map([["DAY", "today"], ["1", "x"]]),
    },
  );
  assertEquals(result.error, "");
  const [step, seen, variable] = result.stdout.trim().split(" ");
  assertEquals([step, variable, result.stderr], ["s", "1", "noted { a: 1 }\n"]);
  assertEquals(JSON.parse(seen!), [{ DAY: "today", "1": "x" }, { A: "1" }, {
    DATA: { rows: [1, 2] },
    OUT: "text",
  }]);
  assertEquals([result.outputs, result.output], [{ TOTAL: "2" }, '{"rows":[1,2]}']);
  assertEquals(result.granted, { env: ["A", "NOT_THERE"] });
});

Deno.test("ts: a module whose default function is the step, with a module of its own", async () => {
  using bench = new TsBench();
  await Deno.mkdir(`${bench.folder}/a b`);
  await Deno.writeTextFile(
    `${bench.folder}/a b/lib.ts`,
    "export const twice = (n: number): number => 2 * n;",
  );
  await Deno.writeTextFile(
    `${bench.folder}/a b/main.ts`,
    'import { twice } from "./lib.ts";\nexport default async (ctx) => {\n  await 0;\n' +
      "  ctx.output(twice(21));\n};",
  );
  const step = { output: OUTPUT, executor: { type: "ts", config: { file: "a b/main.ts" } } };
  const refused = await bench.ts("", step);
  assertMatch(refused.error, /^Missing permission read ".*\/a b\/lib\.ts": add it to the step's permissions/);
  const lib = `${bench.folder}/a b/lib.ts`;
  const { output, error, granted } = await bench.ts("", { ...step, permissions: { read: [lib] } });
  assertEquals([output, error], ["42", ""]);
  assertEquals(granted, { read: [lib, `${bench.folder}/a b/main.ts`] });
  await Deno.writeTextFile(`${bench.folder}/none.ts`, "export const x = 1;");
  const none = await bench.ts("", { executor: { type: "ts", config: { file: "none.ts" } } });
  assertMatch(none.error, /"\/.*none\.ts" has no default function/);
});

Deno.test("ts: errors say what and where", async () => {
  using bench = new TsBench();
  const script =
    'interface A { a: string }\nfunction deep(): never {\n  throw new RangeError("bad");\n}\ndeep();\n';
  const source = `steps:\n  - type: ts\n    script: |\n${script.replaceAll(/^(?=.)/gm, "      ")}`;
  const thrown = await bench.ts(script, {}, { dag: { location: "/dags/a.yaml", source } });
  assertEquals([thrown.exitCode, thrown.error], [1, "RangeError: bad (/dags/a.yaml:6:15)"]);
  assertMatch(thrown.stderr, /^RangeError: bad\n {4}at deep \(script:3:9\)\n {4}at script:5:1\n$/);
  assertEquals((await bench.ts("throw 7")).error, "The code threw 7");
  assertMatch((await bench.ts("const a = ;")).error, /^SyntaxError: /);
  assertMatch(
    (await bench.ts("setTimeout(() => { throw new Error('late'); }); await new Promise(() => {})")).error,
    /late/,
  );
  assertMatch((await bench.ts("ctx.output(1)")).error, /needs an "output:" in step "s"/);
  assertMatch(
    (await bench.ts('ctx.output("X", 1)')).error,
    /ctx\.output\("X", …\) is not declared: .*outputs: \[X\]/,
  );
  assertMatch(
    (await bench.ts("ctx.output(undefined)", { output: OUTPUT })).error,
    /ctx\.output got undefined/,
  );
  for (const way of ["Deno.exit(0)", "close()", 'import p from "node:process"; p.exit(0)']) {
    assertMatch((await bench.ts(way)).error, /is not for steps/, way);
  }
  const early = await bench.ts('postMessage({ kind: "output", name: "LD_PRELOAD", value: "x" })');
  assertMatch(early.error, /sets "LD_PRELOAD", which "outputs" of its config does not name/);
});

Deno.test("ts: too much memory, too long outputs", async () => {
  using bench = new TsBench();
  const executor = { type: "ts", config: { memory: 64 } };
  for (
    const hog of [
      "const a = []; for (;;) a.push(new Array(1e4).fill(1))",
      "const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1))",
    ]
  ) {
    const { error, exitCode } = await bench.ts(hog, { executor });
    assertMatch(error, /^The code used more than 64 MiB|^The code ended without a word/, hog);
    assert(exitCode !== 0);
  }
  assertEquals((await bench.ts("new Uint8Array(3e7).fill(1)", { executor })).error, "");
  const long = await bench.ts('ctx.output("x".repeat(101))', { output: OUTPUT }, {
    dag: { maxOutputSize: 100 },
  });
  assertMatch(long.error, /output of 101 characters/);
});

Deno.test("ts: a loop without end is stopped; code that listens may clean up", async () => {
  using bench = new TsBench();
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    const loop = await bench.ts('console.log("up"); for (;;);', {}, { onOutput: (_, send) => send(signal) });
    assertEquals(loop.error, signal === "SIGTERM" ? "signal: terminated" : "signal: killed");
  }
  const polite = await bench.ts(
    `
    const stopped = new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
    console.log("up");
    await stopped;
    console.log("cleaned after", ctx.signal.reason);
    `,
    {},
    { onOutput: (text, send) => text.includes("up") && send("SIGTERM") },
  );
  assertEquals([polite.stdout, polite.error], ["up\ncleaned after SIGTERM\n", ""]);
  const early = bench.begin("console.log(1)");
  early.signal("SIGTERM");
  assertEquals([(await early.result).error, (await early.result).stdout], ["signal: terminated", ""]);
});
