import { assert, assertEquals, assertMatch } from "../../tests/assert.ts";
import { fakeConfig, play } from "../../tests/support/cli_fakes.ts";
import { DaguError, SpecError } from "../core/errors.ts";
import { VERSION } from "../core/version.ts";
import { GLOBAL_FLAGS } from "./command.ts";
import { COMMANDS } from "./commands.ts";

Deno.test("main: without a command the help is printed", async () => {
  const { code, out, err } = await play([]);
  assertEquals([code, err], [0, ""]);
  for (const row of COMMANDS) assertEquals(out.includes(`  ${row.name} `), !row.hidden, row.name);
  assertEquals((await play(["help"])).out, out);
  assertEquals((await play(["-h"])).out, out);
  assertEquals((await play(["--version"])).out, `${VERSION}\n`);
});

Deno.test("main: help of a command, in three ways", async () => {
  const { out } = await play(["help", "start"]);
  assert(out.includes("dagu start [flags] <dag> [-- parameters]"), out);
  assert(out.includes("-r, --run-id <id>"), out);
  assert(!out.includes("--worker-id"), "hidden flags are not shown");
  assertEquals((await play(["start", "-h"])).out, out);
  assertEquals((await play(["start", "x", "--help"])).out, out);
  assert((await play(["retry", "-h"])).out.includes("(required)"));
});

Deno.test("main: every command has a help text within the width, and flags that do not clash", async () => {
  for (const row of COMMANDS) {
    const { code, out } = await play(["help", row.name]);
    assertEquals(code, 0);
    const { command } = await row.load();
    for (const line of out.split("\n")) {
      assert(line.length <= 96 || command.examples.some((one) => line.includes(one)), `${row.name}: ${line}`);
    }
    const flags = [...command.flags, ...GLOBAL_FLAGS];
    const names = flags.map((flag) => flag.name);
    const shorts = flags.flatMap((flag) => "short" in flag && flag.short ? [flag.short] : []);
    assertEquals(new Set(names).size, names.length, row.name);
    assertEquals(new Set(shorts).size, shorts.length, row.name);
    assert(row.name === "help" || command.rest === "" || command.usage.includes("--"), row.name);
  }
});

Deno.test("main: mistyped commands and flags get a suggestion", async () => {
  assertEquals(await play(["strat", "x"]), {
    code: 1,
    out: "",
    err: 'Error: Unknown command "strat": did you mean "start"?\n',
  });
  assertEquals(
    (await play(["launch"])).err,
    'Error: Unknown command "launch": "dagu help" lists the commands\n',
  );
  assertEquals((await play(["help", "strat"])).code, 1);
  assertEquals(
    (await play(["start", "x", "--prams=1"])).err,
    "Error: Unknown flag --prams: did you mean --params?\n",
  );
  assertEquals((await play(["--what"])).err, "Error: Unknown flag --what\n");
});

Deno.test("main: arguments are counted", async () => {
  assertMatch((await play(["start"])).err, /^Error: Command "start" needs a DAG file path/);
  assertEquals(
    (await play(["start", "x", "A=1"])).err,
    'Error: Command "start" got an unexpected argument "A=1": parameters stand after --, as in: ' +
      "dagu start x -- A=1\n",
  );
  assertMatch((await play(["stop", "x", "y"])).err, /unexpected argument "y": usage: dagu stop <dag>/);
  assertMatch((await play(["stop", "x", "--", "y"])).err, /unexpected argument "y"/);
  assertMatch((await play(["stop", "--", "--x", "y"])).err, /unexpected argument "y"/);
});

Deno.test("main: global flags stand before or after the command", async () => {
  let seen = "";
  const loadConfig = (_: unknown, flags: { config: string; "dagu-home": string }) => {
    seen = `${flags.config}|${flags["dagu-home"]}`;
    return Promise.resolve(fakeConfig());
  };
  const app = { validate: () => Promise.reject(new DaguError("stop here")) };
  for (
    const args of [["-c", "f", "--dagu-home=h", "validate", "x"], [
      "validate",
      "-cf",
      "x",
      "--dagu-home",
      "h",
    ]]
  ) {
    seen = "";
    await play(args, { loadConfig, app });
    assertEquals(seen, "f|h", args.join(" "));
  }
});

Deno.test("main: expected errors are one line each, without a stack", async () => {
  const position = { file: "/d/x.yaml", line: 3, column: 5 };
  const issues = [
    { field: "steps[0]", message: 'Unknown key "comand"', position },
    { field: "", message: "No steps", position: null },
  ];
  const app = { validate: () => Promise.reject(new SpecError(issues)) };
  assertEquals(await play(["validate", "x"], { app }), {
    code: 1,
    out: "",
    err: "Error: /d/x.yaml:3:5: field 'steps[0]': Unknown key \"comand\"\nError: No steps\n",
  });
  const failing = { validate: () => Promise.reject(new DaguError("Not found", { exitCode: 7 })) };
  assertEquals(await play(["validate", "x"], { app: failing }), {
    code: 7,
    out: "",
    err: "Error: Not found\n",
  });
});

Deno.test("main: defects say so, with the stack only on demand", async () => {
  const app = { validate: () => Promise.reject(new TypeError("x is undefined")) };
  const plain = await play(["validate", "x"], { app });
  assertEquals(plain.code, 1);
  assertMatch(plain.err, /^Error: internal error: x is undefined\n.*--debug.*\n$/);
  const refused = { validate: () => Promise.reject(new Error("No space left on device (os error 28)")) };
  assertEquals(
    (await play(["validate", "x"], { app: refused })).err,
    "Error: No space left on device (os error 28)\n",
  );
  const debug = await play(["validate", "x", "--debug"], { app });
  assertMatch(debug.err, /\n {4}at /);
  const after = await play(["exec", "--", "x", "--debug"], { app: { exec: app.validate } });
  assert(!after.err.includes("    at "), "what stands after -- is no flag of ours");
});

Deno.test("main: warnings of the configuration are logged unless quiet", async () => {
  const loadConfig = () => Promise.resolve({ ...fakeConfig(), warnings: ["old name"] });
  const app = { cleanup: () => Promise.resolve([]) };
  const { err } = await play(["cleanup", "x", "-y"], { app, loadConfig });
  assertMatch(err, /level=WARN msg="old name"\n$/);
  assertEquals((await play(["cleanup", "x", "-yq"], { app, loadConfig })).err, "");
});
