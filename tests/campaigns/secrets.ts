/**
 * Values of secrets: used by steps in every way, then looked for in every file, answer and list of processes.
 *
 *     deno run -A tests/campaigns/secrets.ts [CHECK ...]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import { assert, assertEquals } from "../assert.ts";
import { runChecks } from "../support/checks.ts";
import { Home, programArgs, until } from "../support/home.ts";
import { ServerProcess } from "../support/server_process.ts";
import { commandLines } from "../support/command_lines.ts";

const SECRETS = { S: "s3cr3t-of-env-/+=", F: "f1le-secret", M: "first-line-8471\nsecond-line-2236" };
/** Forms in which each of them is looked for. */
const NEEDLES = Object.values(SECRETS).flatMap((value) => [
  ...value.split("\n"),
  btoa(value),
  encodeURIComponent(value),
]);

/** A credential of the program itself. */
const OWN = "engines-own-credential-5512";

const FLOW = `
secrets:
  - {name: S, provider: env, key: HOST_S}
  - {name: F, provider: file, key: WORK/secret.txt}
  - {name: M, provider: env, key: HOST_M}
handlerOn:
  failure: {command: 'echo handler $S'}
steps:
  - {name: out, command: 'echo "$S"; echo "$F" >&2; echo "$M"'}
  - {name: pieces, command: 'printf s3cr3t; sleep 0.1; printf "%s\\n" "-of-env-/+="'}
  - {name: forms, command: 'printf %s "$S" | base64 -w0; printf %s "$M" | base64 -w0'}
  - {name: output, command: 'echo "$S"', output: O}
  - {name: uses, command: 'test "$O" = "$S"'}
  - {name: child, call: inner, params: {P: "$S"}}
  - {name: merged, command: 'echo "$S"', stdout: WORK/copy.txt}
  - {name: env, command: 'unset S F M O; env | sort > WORK/environment'}
  - {name: waits, command: 'touch WORK/waits; while test ! -e WORK/go; do sleep 0.05; done'}
  - {name: fails, command: 'echo "cannot use $S" >&2; exit 3'}
---
name: inner
params: [{P: ""}]
steps:
  - 'echo "inner $P"'
`;

async function run(home: Home, args: readonly string[]) {
  const env = [
    `HOST_S=${SECRETS.S}`,
    `HOST_M=${SECRETS.M}`,
    `DAGU_AUTH_TOKEN_SECRET=${OWN}`,
  ];
  return await home.run(args, ["env", ...env, ...programArgs()]);
}

function found(text: string): string[] {
  return NEEDLES.filter((needle) => text.includes(needle));
}

/** Runs the definition; what every command says comes with it. */
async function used(home: Home): Promise<{ said: string; processes: string }> {
  Deno.writeTextFileSync(`${home.path}/work/secret.txt`, `${SECRETS.F}\n`, { mode: 0o600 });
  home.dag("flow", FLOW);
  const running = run(home, ["start", "-r", "r", "flow"]);
  await until(() => home.files(/\/work\/waits$/).length > 0, "the step that waits");
  const processes = commandLines();
  Deno.writeTextFileSync(`${home.path}/work/go`, "");
  const { code, stdout, stderr } = await running;
  assertEquals(code, 1, stderr);
  let said = stdout + stderr;
  for (const args of [["status", "--json"], ["logs"], ["history"], ["why"], ["dry"]]) {
    const told = await run(home, [...args, "flow"]);
    said += told.stdout + told.stderr;
  }
  return { said, processes };
}

const CHECKS = {
  async files() {
    await using home = await Home.make();
    await used(home);
    const files = home.files(/./).filter((path) =>
      !path.endsWith("/secret.txt") && Deno.statSync(path).isFile
    );
    const bad = files.filter((path) => found(Deno.readTextFileSync(path)).length > 0);
    assertEquals(bad, []);
    assert(Deno.readTextFileSync(`${home.path}/work/copy.txt`).includes("*******"));
    const open = files.filter((path) => path.includes("/data/") && (Deno.statSync(path).mode! & 0o077) !== 0);
    assertEquals(open, [], "files that others may read");
    return `0 of ${files.length} files hold one`;
  },
  async "what commands say"() {
    await using home = await Home.make();
    const { said } = await used(home);
    assertEquals(found(said), []);
    assert(said.includes("cannot use *******"), said);
    return "start, status, logs, history, why, dry: none";
  },
  async "command lines of processes"() {
    await using home = await Home.make();
    const { processes } = await used(home);
    assert(processes.includes("work/go"), "The step was not seen");
    assertEquals(found(processes), []);
    return "none";
  },
  async "environment of steps"() {
    await using home = await Home.make();
    await used(home);
    const lines = home.marks("environment");
    assert(lines.some((line) => line.startsWith("DAG_RUN_ID=")), "No environment was seen");
    assertEquals(lines.filter((line) => line.includes(OWN)), []);
    assertEquals(found(lines.join("\n")), []);
    return `${lines.length} variables, no credential of the program`;
  },
  async "answers of the server"() {
    await using home = await Home.make();
    await used(home);
    await using server = await ServerProcess.start(home);
    const paths = [
      "/dags",
      "/dags/flow",
      "/dags/flow/spec",
      "/dag-runs",
      "/dag-runs/flow/r",
      "/dag-runs/flow/r/log",
    ];
    const steps = ["out", "pieces", "forms", "output", "fails"];
    const logs = steps.map((step) => `/dag-runs/flow/r/steps/${step}/log`);
    let said = "";
    for (const path of [...paths, ...logs]) said += JSON.stringify(await server.get(path));
    assertEquals(found(said), []);
    assert(said.includes("cannot use *******") || said.includes("*******"), "No log was read");
    return `${paths.length + logs.length} answers: none`;
  },
};

if (import.meta.main) await runChecks(CHECKS);
