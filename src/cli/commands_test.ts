import { assert, assertEquals, assertMatch } from "../../tests/assert.ts";
import {
  fakeConfig,
  fakeNode,
  fakeRecord,
  fakeStored,
  NOON,
  play,
  type Played,
} from "../../tests/support/cli_fakes.ts";
import type { Dag } from "../core/dag.ts";
import { SpecError } from "../core/errors.ts";
import { NodeStatus, RunStatus } from "../core/status.ts";
import type { App } from "../app/app.ts";

/** Runs a command line with one function of the application, and returns what that was called with. */
async function asked<K extends keyof App>(
  name: K,
  result: unknown,
  args: readonly string[],
): Promise<{ options: Record<string, unknown>; played: Played }> {
  let options: Record<string, unknown> = {};
  const call = (given: Record<string, unknown>) => {
    options = given;
    return Promise.resolve(result);
  };
  const played = await play(args, { app: { [name]: call } as unknown as Partial<App> });
  return { options, played };
}

const good = { record: fakeRecord([fakeNode("a")]), stoppedBy: "" };

Deno.test("start: every flag reaches the application", async () => {
  const { options, played } = await asked("start", good, [
    ..."start x.yaml -r id-1 -N other --default-working-dir=/d --worker-id w9 --audit-permissions".split(" "),
    ..."--parent p:1 --root r:2 -- A=1 two".split(" "),
  ]);
  const { observer: _, ...rest } = options;
  assertEquals(rest, {
    dag: "x.yaml",
    params: { kind: "args", args: ["A=1", "two"] },
    name: "other",
    runId: "id-1",
    fromRunId: "",
    defaultWorkingDir: "/d",
    parent: { name: "p", id: "1" },
    root: { name: "r", id: "2" },
    workerId: "w9",
    audit: true,
  });
  assertEquals(played.code, 0);
  assertMatch(played.out, /^Succeeded - [^]*└─a \(1\.5s\) \[succeeded\][^]*Result: Succeeded\n$/);
});

Deno.test("start: the kinds of parameters", async () => {
  const params = async (...args: string[]) =>
    (await asked("start", good, ["start", "x", ...args])).options["params"];
  assertEquals(await params(), { kind: "none" });
  assertEquals(await params("-p", "A=1 B"), { kind: "text", text: "A=1 B" });
  assertEquals(await params("--params="), { kind: "text", text: "" });
  assertEquals(await params("--", "-q", "--x"), { kind: "args", args: ["-q", "--x"] });
  assertEquals(await params("-p", "A=1", "--", "A=2"), { kind: "args", args: ["A=2"] });
  assertEquals(await params("--"), { kind: "none" });
});

Deno.test("start: what cannot be is refused before anything runs", async () => {
  const refused = async (...args: string[]) => {
    const played = await play(["start", "x", ...args]);
    assertEquals(played.code, 1);
    return played.err;
  };
  assertMatch(await refused("-r", "a b/c"), /alphanumeric/);
  assertMatch(await refused("-r", "x".repeat(70)), /64/);
  assertMatch(await refused("--from-run-id", ""), /must not be empty/);
  assertMatch(await refused("-N", "a b"), /Invalid value of flag --name: The name "a b"/);
  assertMatch(await refused("--from-run-id", "a", "--", "A=1"), /--from-run-id/);
  assertMatch(await refused("--parent", "p:1", "-r", "a"), /all of --run-id, --parent and --root/);
  assertMatch(await refused("--root", "nocolon"), /name:id/);
});

Deno.test("start: a failed run ends with 1 and a reason", async () => {
  const failed = fakeNode("b", { status: NodeStatus.Failed, error: "exit status 3" });
  const end = { record: fakeRecord([failed], { status: RunStatus.Failed }), stoppedBy: "" };
  const { played } = await asked("start", end, ["start", "x"]);
  assertEquals(played.code, 1);
  assertMatch(played.err, /Error: DAG-run "etl" \(r-1\) did not succeed: step "b": exit status 3\n$/);
  const quiet = await asked("start", end, ["start", "-q", "x"]);
  assertEquals(quiet.played.out, "");
  assertMatch(quiet.played.err, /^Error: .*\n$/);
});

Deno.test("start: log records tell the steps, as text or JSON, and nothing when quiet", async () => {
  const running = { status: NodeStatus.Running };
  const app: Partial<App> = {
    start({ observer }) {
      observer.onStart(good.record);
      observer.onEvent({ kind: "node", node: 0, patch: running }, good.record);
      observer.onEvent({ kind: "node", node: 0, patch: { status: NodeStatus.Succeeded } }, good.record);
      return Promise.resolve(good);
    },
  };
  const { err } = await play(["start", "x"], { app });
  assertEquals(err.match(/msg=("[^"]*"|\S+)/g), [
    'msg="DAG run started"',
    'msg="Step started"',
    'msg="Step finished"',
    'msg="DAG run finished"',
  ]);
  assertMatch(err, /dag=etl run-id=r-1 step=a status=succeeded\n/);
  const config = fakeConfig({ DAGU_LOG_FORMAT: "json" });
  const json = await play(["start", "x"], { app, loadConfig: () => Promise.resolve(config) });
  for (const line of json.err.trimEnd().split("\n")) assertEquals(JSON.parse(line)["dag"], "etl");
  assertEquals(await play(["start", "x", "-q"], { app }), { code: 0, out: "", err: "" });
});

Deno.test("start: --json prints the run and nothing else on stdout", async () => {
  const { played } = await asked("start", good, ["start", "x", "--json"]);
  const run = JSON.parse(played.out);
  assertEquals([run.name, run.dagRunId, run.status, run.statusCode], ["etl", "r-1", "succeeded", 4]);
  assertEquals(run.steps[0].durationMs, 1500);
  assertEquals(run.startedAt, "2026-01-31T12:00:00.000Z");
});

Deno.test("exec: command, variables and labels", async () => {
  const { options } = await asked("exec", good, [
    ..."exec -E A=1 --env B=x=y --dotenv f --worker-label role=batch --shell sh --workdir /d".split(" "),
    ..."-- echo -n hi".split(" "),
  ]);
  assertEquals(options["command"], ["echo", "-n", "hi"]);
  assertEquals(options["env"], ["A=1", "B=x=y"]);
  assertEquals(options["dotenv"], ["f"]);
  assertEquals(options["workerLabels"], { role: "batch" });
  assertEquals([options["shell"], options["workingDir"]], ["sh", "/d"]);
  assertMatch((await play(["exec"])).err, /A command is required/);
  assertMatch((await play(["exec", "--env", "X", "--", "a"])).err, /"X" of flag --env: expected KEY=VALUE/);
});

Deno.test("retry, restart, stop, dry: what they ask for", async () => {
  const retry = await asked("retry", good, ["retry", "etl", "-r", "r-1", "--step=b"]);
  const { dag, runId, point } = retry.options;
  assertEquals([dag, runId, point], ["etl", "r-1", { step: "b", following: false }]);
  assertMatch((await play(["retry", "etl"])).err, /Flag --run-id is required/);
  const restart = await asked("restart", good, ["restart", "etl"]);
  assertEquals([restart.options["runId"], restart.played.code], ["", 0]);
  const stop = await asked("stop", { stopped: [{ name: "etl", id: "r-1" }] }, ["stop", "etl"]);
  assertEquals([stop.played.code, stop.played.out], [0, ""]);
  assertMatch(stop.played.err, /msg="DAG run stopped" dag=etl run-id=r-1\n/);
  const none = await asked("stop", { stopped: [] }, ["stop", "etl"]);
  assertEquals([none.played.code, none.played.out], [0, ""]);
  assertMatch(none.played.err, /msg="Nothing to stop: the DAG is not running" dag=etl\n/);
  const dry = await asked("dry", good.record, ["dry", "x", "-p", "A=1"]);
  assertEquals(dry.options["params"], { kind: "text", text: "A=1" });
});

Deno.test("status: tree, JSON or nothing", async () => {
  const stored = fakeStored(good.record);
  const { played, options } = await asked("status", stored, ["status", "etl", "-r", "r-1"]);
  assertEquals([options["dag"], options["runId"]], ["etl", "r-1"]);
  assertMatch(played.out, /Result: Succeeded\n$/);
  assertEquals(
    JSON.parse((await asked("status", stored, ["status", "etl", "--json"])).played.out).status,
    "succeeded",
  );
  assertEquals((await asked("status", stored, ["status", "-q", "etl"])).played.out, "");
});

Deno.test("validate: says yes on stderr; issues as JSON on demand", async () => {
  const valid = { dag: { name: "etl" } as Dag, notes: ["no compiler"] };
  const { played } = await asked("validate", valid, ["validate", "x.yaml"]);
  assertEquals([played.code, played.out], [0, ""]);
  assertMatch(played.err, /level=WARN msg="no compiler" file=x.yaml\n/);
  assertMatch(played.err, /level=INFO msg="DAG spec is valid" file=x.yaml name=etl\n/);
  const position = { file: "/x.yaml", line: 2, column: 3 };
  const app = {
    validate: () => Promise.reject(new SpecError([{ field: "steps", message: "No steps", position }])),
  };
  const json = await play(["validate", "x.yaml", "--json"], { app });
  assertEquals(json.code, 1);
  assertEquals(JSON.parse(json.out), {
    valid: false,
    name: "",
    issues: [{ file: "/x.yaml", line: 2, column: 3, field: "steps", message: "No steps" }],
  });
});

Deno.test("cleanup: asks first, unless told not to", async () => {
  const calls: boolean[] = [];
  const app: Partial<App> = {
    cleanup({ dryRun, retentionDays }) {
      calls.push(dryRun);
      return Promise.resolve(retentionDays === 0 ? ["r-1", "r-2"] : []);
    },
  };
  const no = await play(["cleanup", "etl"], { app, answer: "n" });
  assertMatch(no.out, /Continue\? \[y\/N\]: Cancelled\.\n$/);
  assertEquals([no.code, calls.length], [0, 0]);
  const silence = await play(["cleanup", "etl"], { app });
  assertMatch(silence.err, /^Error: Cannot ask .*--yes/);
  assertEquals([silence.code, calls.length], [1, 0]);
  assertMatch(
    (await play(["cleanup", "etl"], { app, answer: "y" })).out,
    /Removed 2 run\(s\) of DAG "etl"\n$/,
  );
  assertMatch((await play(["cleanup", "etl", "--dry-run"], { app })).out, / {2}- r-1\n {2}- r-2\n$/);
  assertMatch(
    (await play(["cleanup", "etl", "-y", "--retention-days", "7"], { app })).out,
    /^No runs to delete/,
  );
  assertEquals(calls, [false, true, false]);
  const bad = await play(["cleanup", "etl", "--retention-days", "-1"], { app });
  assertEquals(bad.code, 1);
  assertMatch(bad.err, /"-1" of flag --retention-days/);
});

Deno.test("history: filters are read", async () => {
  const filter = async (...args: string[]) =>
    (await asked("history", [], ["history", ...args])).options["filter"];
  assertEquals(await filter(), { limit: 100 });
  assertEquals(await filter("etl", "--last", "1d", "-n", "5"), { limit: 5, from: NOON - 86_400_000 });
  assertEquals(
    await filter("--from", "2026-01-01T00:00Z", "--to", "2026-01-02T00:00Z", "--status", "failed,aborted"),
    {
      limit: 100,
      from: Date.UTC(2026, 0, 1),
      to: Date.UTC(2026, 0, 2),
      statuses: [RunStatus.Failed, RunStatus.Aborted],
    },
  );
  assertMatch((await play(["history", "--status", "faild"])).err, /did you mean failed\?/);
  assertMatch((await play(["history", "--limit", "0"])).err, /--limit/);
  assertMatch((await play(["history", "--format", "xml"])).err, /table, json or csv/);
  assertMatch((await play(["history", "--last", "1d", "--from", "2026-01-01"])).err, /--last and --from/);
});

Deno.test("history: table, CSV and JSON", async () => {
  const runs = [
    fakeStored(fakeRecord([], { paramsList: ['A="x, y"', "=1+1"] })),
    fakeStored(
      fakeRecord([], { dagRunId: "r-2", status: RunStatus.Running, finishedAt: 0, startedAt: NOON - 1000 }),
    ),
  ];
  const table = (await asked("history", runs, ["history", "etl"])).played.out.split("\n");
  assertMatch(table[0]!, /^DAG {2}RUN ID {2}STATUS {5}STARTED +DURATION {2}PARAMS$/);
  assertMatch(table[1]!, /^etl {2}r-1 {5}succeeded {2}2026-01-31T.* 2\.0s {6}A="x, y" =1\+1$/);
  assertMatch(table[2]!, /^etl {2}r-2 {5}running .* 1\.0s$/);
  assertEquals((await asked("history", [], ["history"])).played.out, "No runs found\n");
  const csv = (await asked("history", runs, ["history", "--format=csv"])).played.out.split("\r\n");
  assert(csv[0]!.startsWith("name,dagRunId,status,"));
  assert(csv[1]!.includes(',"A=""x, y"" =1+1",'), csv[1]);
  const json = JSON.parse((await asked("history", runs, ["history", "--json"])).played.out);
  assertEquals(json.map((run: { dagRunId: string }) => run.dagRunId), ["r-1", "r-2"]);
});

Deno.test("logs: lines carry their step, unless one was asked for", async () => {
  let seen: unknown;
  const app: Partial<App> = {
    async *logs(options) {
      seen = options;
      yield await Promise.resolve({ step: "a", stream: "stdout", line: "one" });
      yield { step: "b", stream: "stderr", line: "two" };
    },
  };
  assertEquals((await play(["logs", "etl"], { app })).out, "[a] one\n[b] two\n");
  assertEquals(seen, { dag: "etl", runId: "", step: "", follow: false, stream: "both" });
  assertEquals((await play(["logs", "etl", "-f", "--step", "a", "--stderr"], { app })).out, "one\ntwo\n");
  assertEquals(seen, { dag: "etl", runId: "", step: "a", follow: true, stream: "stderr" });
});
