/** The reading side of the API. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { childAttempt, finish, newAttempt, nodeEvent, runEvent, twoSteps } from "../fakes/attempts.ts";
import { Api } from "../support/api.ts";

async function ended(
  api: Api,
  dag: string,
  id: string,
  status: RunStatus = RunStatus.Succeeded,
  createdAt = Date.now(),
) {
  await finish(await api.store.createAttempt(newAttempt(id, { dag: twoSteps(dag), createdAt })), status);
}

Deno.test("api: an empty home: lists are lists, and counts are 0", async () => {
  await using api = await Api.make();
  await api.sync();
  assertEquals(await api.json("/dags"), {
    dags: [],
    errors: [],
    pagination: { totalRecords: 0, currentPage: 1, totalPages: 1, nextPage: 1, prevPage: 1 },
  });
  assertEquals(await api.json("/dag-runs"), { dagRuns: [] });
  assertEquals(await api.json("/dag-runs/nobody"), { dagRuns: [] });
  assertEquals(await api.json("/dags/tags"), { tags: [], errors: [] });
  assertEquals(await api.json("/dags/search?q=x"), { results: [], errors: [] });
  assertEquals((await api.json("/queues")).queues.map((queue: { name: string }) => queue.name), ["shared"]);
  for (const path of ["/health", "/ready", "/workers", "/services/scheduler", "/services/coordinator"]) {
    await api.json(path);
  }
  await api.json("/services/resources/history?duration=1h");
  assert((await api.get("/metrics")).text.includes("\ndagu_dags_total 0\n"));
});

Deno.test("api: definitions in pages, by name, by tag, broken ones with line and column", async () => {
  await using api = await Api.make();
  for (const name of ["a", "b", "c"]) api.dag(name, `tags: [t-${name}, All]\nsteps:\n  - echo ${name}\n`);
  api.dag("broken", "steps: [\n");
  await ended(api, "b", "r1", RunStatus.Failed);
  await ended(api, "c", "r2", RunStatus.Succeeded);
  await api.sync();
  const page = await api.json("/dags?page=2&perPage=2&order=asc&sort=name");
  assertEquals(page.dags.map((dag: { fileName: string }) => dag.fileName), ["broken", "c"]);
  assertEquals(page.pagination, { totalRecords: 4, currentPage: 2, totalPages: 2, nextPage: 2, prevPage: 1 });
  const [problem] = page.dags[0].problems;
  assertEquals([problem.line, problem.column], [1, 8]);
  assertEquals(page.dags[0].errors.length, 1);
  const names = async (query: string) =>
    (await api.json(`/dags?${query}`)).dags.map((dag: { fileName: string }) => dag.fileName);
  assertEquals(await names("name=B"), ["b", "broken"]);
  assertEquals(await names("tag=all"), ["a", "b", "c"]);
  assertEquals(await names("tag=T-b&name=&recent=5"), ["b"]);
  assertEquals(await names("order=desc"), ["c", "broken", "b", "a"]);
  const [b] = (await api.json("/dags?tag=t-b&recent=5")).dags;
  assertEquals([b.latestDAGRun.dagRunId, b.latestDAGRun.statusLabel], ["r1", "failed"]);
  assertEquals(b.recentRuns.map((run: { dagRunId: string }) => run.dagRunId), ["r1"]);
  assertEquals(b.durations, undefined, "none succeeded");
  const [c] = (await api.json("/dags?tag=t-c&recent=5")).dags;
  const { durationMs } = c.recentRuns[0];
  assertEquals(c.durations, { p50: durationMs, p95: durationMs });
  assertEquals((await api.json("/dags/tags")).tags, ["all", "t-a", "t-b", "t-c"]);
});

Deno.test("api: one definition, its text, its history as a grid", async () => {
  await using api = await Api.make();
  api.dag(
    "one",
    "params: A=1\nsteps:\n  - name: a\n    command: echo ${A}\n  - name: b\n    call: sub\n---\nname: sub\nsteps:\n  - echo x\n",
  );
  await ended(api, "one", "r1");
  await ended(api, "one", "r2", RunStatus.Failed, Date.now() + 1000);
  await api.sync();
  const detail = await api.json("/dags/one");
  assertEquals(detail.dag.steps.map((step: { name: string }) => step.name), ["a", "b"]);
  assertEquals(detail.localDags.map((dag: { name: string }) => dag.name), ["sub"]);
  assertEquals([detail.latestDAGRun.dagRunId, detail.latestDAGRun.nodes.length], ["r2", 2]);
  assert((await api.json("/dags/one/spec")).spec.startsWith("params: A=1"));
  const history = await api.json("/dags/one/dag-runs");
  assertEquals(history.dagRuns.map((run: { dagRunId: string }) => run.dagRunId), ["r2", "r1"]);
  assertEquals(history.gridData.map((row: { name: string }) => row.name), ["a", "b", "onExit"]);
  assertEquals((await api.json("/dags/one/dag-runs/r1")).dagRun.dagRunId, "r1");
  api.dag("never", "steps:\n  - name: s\n    command: echo\n");
  const never = await api.json("/dags/never");
  assertEquals([never.latestDAGRun.dagRunId, never.latestDAGRun.nodes[0].startedAt], ["", "-"]);
  api.dag("broken", "steps: {");
  const broken = await api.json("/dags/broken");
  assertEquals([broken.latestDAGRun.nodes, broken.errors.length], [[], 1]);
  assertEquals((await api.get("/dags/nothing")).json, {
    code: "not_found",
    message: "DAG nothing not found",
  });
});

Deno.test("api: a run whose record is damaged is told of wherever runs are", async () => {
  await using api = await Api.make();
  api.dag("one", "steps:\n  - echo a\n");
  await ended(api, "one", "r1");
  await ended(api, "one", "r2", RunStatus.Succeeded, Date.now() + 1000);
  Deno.writeTextFileSync(`${(await api.store.find("one", "r2"))!.dir}/status.jsonl`, "noise\n");
  await api.sync();
  const shown = (
    { dagRunId, status, statusLabel }: Record<string, unknown>,
  ) => [dagRunId, status, statusLabel];
  const damaged = ["r2", RunStatus.Failed, "damaged"];
  const sound = ["r1", RunStatus.Succeeded, "succeeded"];
  assertEquals((await api.json("/dag-runs/one")).dagRuns.map(shown), [damaged, sound]);
  assertEquals((await api.json("/dags/one/dag-runs")).dagRuns.map(shown), [damaged, sound]);
  assertEquals((await api.json("/dags/one/grid")).runs.map(shown), [damaged, sound]);
  const { latestDAGRun } = await api.json("/dags/one");
  assertEquals(shown(latestDAGRun), damaged);
  assertMatch(latestDAGRun.error, /Its record in ".*" is damaged/);
});

Deno.test("api: definitions are in the order of their names, whatever the case of the letters", async () => {
  await using api = await Api.make();
  for (const name of ["Beta", "alpha", "gamma"]) api.dag(name, "steps:\n  - echo\n");
  api.dag("first", "name: zeta\nsteps:\n  - echo\n");
  await api.sync();
  const files = async (query: string) =>
    (await api.json(`/dags${query}`)).dags.map((dag: { fileName: string }) => dag.fileName);
  assertEquals(await files(""), ["alpha", "Beta", "gamma", "first"]);
  assertEquals(await files("?order=desc"), ["first", "gamma", "Beta", "alpha"]);
  assertEquals(await files("?sort=nextRun"), ["alpha", "Beta", "gamma", "first"]);
});

Deno.test("api: a broken definition keeps its name, tags and runs, and is not due", async () => {
  await using api = await Api.make();
  const text = (schedule: string) =>
    `name: nightly\ngroup: data\ntags: [prod]\nparams: "x A=1"\nschedule: "${schedule}"\nsteps:\n  - command: echo\n`;
  api.dag("etl", text("every day") + "    depends: nowhere\n");
  api.dag("worse", text("0 1 * * *") + "maxActiveRuns: many\n");
  api.dag("never", text("0 1 * * *").replace("nightly", "never"));
  await ended(api, "nightly", "r1");
  await api.sync();
  const [never, etl, worse] = (await api.json("/dags?tag=prod")).dags;
  assertEquals([never.nextRuns.length, never.latestDAGRun.params], [3, "1=x A=1"]);
  for (const one of [etl, worse]) {
    assertEquals([one.dag.name, one.dag.group, one.latestDAGRun.dagRunId], ["nightly", "data", "r1"]);
    assertEquals([one.errors.length > 0, one.nextRuns, one.dag.schedule], [true, undefined, undefined]);
  }
  const detail = await api.json("/dags/worse");
  assertEquals([detail.dag.tags, detail.dag.defaultParams], [["prod"], '1="x" A="1"']);
  assertEquals([detail.dag.steps.length, detail.latestDAGRun.dagRunId], [1, "r1"]);
  assertEquals((await api.call("POST", "/dags/worse/start", {})).status, 400);
});

Deno.test("api: a method that an address does not take is told apart from an address that is none", async () => {
  await using api = await Api.make();
  for (
    const [method, path, allow] of [
      ["POST", "/dags/etl", "DELETE, GET"],
      ["DELETE", "/dags", "GET, POST"],
      ["PATCH", "/dags/etl/start", "POST"],
      ["PUT", "/dag-runs/etl/r1/steps/a/status", "PATCH"],
    ]
  ) {
    const reply = await api.call(method, path, {});
    assertEquals([reply.status, reply.headers.get("allow"), reply.json.code], [
      405,
      allow,
      "method_not_allowed",
    ]);
  }
  assertEquals((await api.call("POST", "/dags/etl/nothing", {})).status, 404);
});

Deno.test("api: metrics tell how long runs of today took and stood in line, by DAG", async () => {
  await using api = await Api.make();
  await api.store.createQueued(newAttempt("q1", { dag: twoSteps("waits"), createdAt: Date.now() }));
  const attempt = await api.store.createAttempt(newAttempt("r1", { dag: twoSteps("one") }));
  const start = Date.now();
  attempt.append(runEvent(RunStatus.Running, start));
  attempt.append({ kind: "run", patch: { queuedAt: start - 7000 } });
  attempt.append({ kind: "run", patch: { status: RunStatus.Succeeded, finishedAt: start + 20_000 } });
  await attempt.close();
  await api.sync();
  const { text } = await api.get("/metrics");
  for (
    const line of [
      'dagu_dag_run_duration_seconds_bucket{dag="one",le="15"} 0',
      'dagu_dag_run_duration_seconds_bucket{dag="one",le="30"} 1',
      'dagu_dag_run_duration_seconds_sum{dag="one"} 20',
      'dagu_queue_wait_seconds_bucket{dag="one",le="5"} 0',
      'dagu_queue_wait_seconds_bucket{dag="one",le="10"} 1',
      'dagu_queue_wait_seconds_count{dag="one"} 1',
    ]
  ) assert(text.includes(`\n${line}\n`), line);
  assert(!text.includes('{dag="waits",le'), "it has not begun");
});

Deno.test("api: search finds texts and expressions, with lines around them", async () => {
  await using api = await Api.make();
  await Deno.mkdir(`${api.home}/dags/team`, { recursive: true });
  api.dag("team/a", "steps:\n  - name: x\n    command: Echo hi\nname: called\n");
  await api.sync();
  const [found] = (await api.json("/dags/search?q=e.ho")).results;
  assertEquals([found.name, found.dag.name], ["team/a", "called"]);
  assertEquals(found.matches, [{
    line: "steps:\n  - name: x\n    command: Echo hi\nname: called",
    lineNumber: 3,
    startLine: 1,
  }]);
  const wrong = await api.json("/dags/search?q=%5Bx");
  assertEquals([wrong.results, wrong.errors.length], [[], 1]);
});

Deno.test("api: runs of today by default, filtered, counted, in pages", async () => {
  await using api = await Api.make();
  const now = Date.now();
  await ended(api, "one", "old", RunStatus.Succeeded, now - 3 * 86_400_000);
  await ended(api, "one", "r1", RunStatus.Failed, now);
  await ended(api, "two", "r2", RunStatus.Succeeded, now + 1);
  await api.sync();
  const ids = async (path: string) =>
    (await api.json(path)).dagRuns.map((run: { dagRunId: string }) => run.dagRunId);
  assertEquals(await ids("/dag-runs"), ["r2", "r1"]);
  assertEquals(await ids("/dag-runs?fromDate=0"), ["r2", "r1", "old"]);
  assertEquals(await ids("/dag-runs?status=2"), ["r1"]);
  assertEquals(await ids("/dag-runs?status=2,4"), ["r2", "r1"]);
  assertEquals(await ids("/dag-runs?name=two"), ["r2"]);
  assertEquals(await ids("/dag-runs/one?fromDate=0"), ["r1", "old"]);
  assertEquals(await ids("/dag-runs?dagRunId=ld"), ["old"]);
  assertEquals(await ids(`/dag-runs?fromDate=0&toDate=${Math.floor(now / 1000) - 10}`), ["old"]);
  const first = await api.json("/dag-runs?fromDate=0&limit=2&total=true");
  assertEquals([first.dagRuns.length, first.total], [2, 3]);
  assertEquals(await ids(`/dag-runs?fromDate=0&limit=2&cursor=${encodeURIComponent(first.nextCursor)}`), [
    "old",
  ]);
  assertEquals((await api.get("/dag-runs?cursor=x")).status, 400);
});

Deno.test("api: one run with its nodes, outputs, definition and sub-runs", async () => {
  await using api = await Api.make();
  const attempt = await api.store.createAttempt(newAttempt("r1", { dag: twoSteps("one") }));
  attempt.append(runEvent(RunStatus.Running));
  attempt.append(nodeEvent(0, NodeStatus.Running));
  const children = [{ dagRunId: "sub1", params: "X=1" }];
  attempt.append({ kind: "node", node: 0, patch: { children, outputs: { MY_OUT: "v" } } });
  await finish(await api.store.createAttempt(childAttempt({ name: "one", id: "r1" }, "sub1")));
  const running = (await api.json("/dag-runs/one/r1")).dagRunDetails;
  assertEquals([running.statusLabel, running.nodes[0].statusLabel], ["running", "running"]);
  assertEquals(running.nodes[0].subRuns, [{ dagRunId: "sub1", params: "X=1" }]);
  await finish(attempt);
  const details = (await api.json("/dag-runs/one/latest")).dagRunDetails;
  assertEquals([details.dagRunId, details.status, details.onExit.step.name], ["r1", 4, "onExit"]);
  const outputs = await api.json("/dag-runs/one/r1/outputs");
  assertEquals([outputs.outputs, outputs.metadata.status], [{ myOut: "v" }, "succeeded"]);
  const { subRuns } = await api.json("/dag-runs/one/r1/sub-dag-runs");
  assertEquals([subRuns[0].dagRunId, subRuns[0].dagName, subRuns[0].statusLabel], [
    "sub1",
    "child",
    "succeeded",
  ]);
  const sub = (await api.json("/dag-runs/one/r1/sub-dag-runs/sub1")).dagRunDetails;
  assertEquals([sub.name, sub.rootDAGRunId, sub.nodes.length], ["child", "r1", 2]);
  assertEquals(typeof (await api.json("/dag-runs/one/r1/spec")).spec, "string");
  for (const path of ["/dag-runs/one/nope", "/dag-runs/nope/latest", "/dag-runs/one/r1/sub-dag-runs/nope"]) {
    assertEquals((await api.get(path)).status, 404);
  }
});

Deno.test("api: a run whose process is gone has failed", async () => {
  await using api = await Api.make();
  const lease = { ...newAttempt("x").lease, startTime: "1" };
  const attempt = await api.store.createAttempt(newAttempt("dead", { dag: twoSteps("one"), lease }));
  attempt.append(runEvent(RunStatus.Running));
  await attempt.flush();
  assertEquals((await api.json("/dag-runs/one/dead")).dagRunDetails.statusLabel, "failed");
});

Deno.test("api: parts of logs by lines, search in them, and the whole", async () => {
  await using api = await Api.make();
  const attempt = await api.store.createAttempt(newAttempt("r1", { dag: twoSteps("one") }));
  const files = await attempt.stepFiles("a", false);
  Deno.writeTextFileSync(files.stdout, Array.from({ length: 2000 }, (_, i) => `line ${i + 1}\n`).join(""));
  attempt.append({ kind: "node", node: 0, patch: { ...files } });
  await finish(attempt);
  const log = "/dag-runs/one/r1/steps/a/log";
  const part = async (query: string) => {
    const { content, lineCount, totalLines, firstLine, hasMore } = await api.json(`${log}?${query}`);
    const lines = content.split("\n");
    assertEquals(lines.length, lineCount);
    return [lines[0], lines.at(-1), lineCount, totalLines, firstLine, hasMore];
  };
  assertEquals(await part(""), ["line 1001", "line 2000", 1000, 2000, 1001, true]);
  assertEquals(await part("stream=stdout&tail=2"), ["line 1999", "line 2000", 2, 2000, 1999, true]);
  assertEquals(await part("head=3"), ["line 1", "line 3", 3, 2000, 1, true]);
  assertEquals(await part("offset=1999&limit=10"), ["line 1999", "line 2000", 2, 2000, 1999, undefined]);
  assertEquals(await part("limit=2"), ["line 1", "line 2", 2, 2000, 1, true]);
  assertEquals(await part("head=3&tail=2&times=1"), ["line 1999", "line 2000", 2, 2000, 1999, true]);
  assertEquals(await part("tail=20000"), ["line 1", "line 2000", 2000, 2000, 1, undefined]);
  assertEquals((await api.json(`${log}?stream=stderr`)).content, "");
  const found = await api.json(`${log}/search?q=line 199.&limit=3`);
  assertEquals(found.matches.map((match: { line: number }) => match.line), [1990, 1991, 1992]);
  assertEquals((await api.json(`${log}/search?q=1999&from=${found.nextFrom}`)).matches.length, 1);
  assertEquals((await api.json(log)).open, undefined);
  Deno.writeTextFileSync(files.stdout, "more", { append: true });
  const grown = await api.json(`${log}?tail=1`);
  assertEquals([grown.content, grown.open, grown.size], ["more", true, Deno.statSync(files.stdout).size]);
  Deno.writeTextFileSync(files.stdout, "\nline 2000\n", { append: true });
  const raw = await api.get(`${log}/raw?download=true`);
  assert(
    raw.text.endsWith("line 2000\n") && raw.headers.get("content-disposition")!.includes("r1-a.stdout.log"),
  );
  const all = await api.get("/dag-runs/one/r1/logs");
  assert(all.text.startsWith("==> a stdout (succeeded)\nline 1\n") && all.text.endsWith("line 2000\n\n"));
  assertEquals(all.headers.get("content-disposition"), 'attachment; filename="one-r1.log"');
  assert((await api.json("/dag-runs/one/r1/log?stream=stdout")).totalLines >= 0, "as Dagu's page asks");
  assertEquals((await api.get("/dag-runs/one/r1/steps/nope/log")).status, 404);
});

Deno.test("api: of many who ask for the same at once, one has it made", async () => {
  await using api = await Api.make();
  await ended(api, "one", "r1");
  await api.sync();
  let asked = 0;
  const { model } = api;
  const runs = model.runs.bind(model);
  model.runs = (query) => {
    asked++;
    return runs(query);
  };
  const replies = await Promise.all(Array.from({ length: 50 }, () => api.get("/dag-runs")));
  assertEquals(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size, 1);
  assertEquals(asked, 1);
});

Deno.test("api: an answer that is known is not sent again, and a changed one is", async () => {
  await using api = await Api.make();
  await ended(api, "one", "r1");
  await api.sync();
  const first = await api.get("/dag-runs");
  const etag = first.headers.get("etag")!;
  const again = await api.call("GET", "/dag-runs", undefined, { "if-none-match": `W/${etag}` });
  assertEquals([again.status, again.text], [304, ""]);
  await ended(api, "one", "r2");
  await api.sync();
  const changed = await api.call("GET", "/dag-runs", undefined, { "if-none-match": etag });
  assertEquals([changed.status, changed.json.dagRuns.length], [200, 2]);
});

Deno.test("api: what comes next, why a run ended, and what waits for somebody", async () => {
  await using api = await Api.make();
  api.dag("timed", "schedule: '0 3 * * *'\nsteps:\n  - echo x\n");
  api.dag("plain", "steps:\n  - echo x\n");
  const attempt = await api.store.createAttempt(newAttempt("w1", { dag: twoSteps("one") }));
  attempt.append(runEvent(RunStatus.Running));
  attempt.append({ kind: "node", node: 0, patch: { status: NodeStatus.Waiting, startedAt: Date.now() } });
  attempt.append(runEvent(RunStatus.Waiting));
  await attempt.close();
  await api.sync();
  const { fires } = await api.json("/schedule?count=2");
  assertEquals(fires.map((fire: { fileName: string; kind: string }) => [fire.fileName, fire.kind]), [
    ["timed", "start"],
    ["timed", "start"],
  ]);
  assertEquals((await api.json("/dags?name=timed")).dags[0].nextRuns[0], fires[0].at);
  assertEquals((await api.json("/dags?sort=nextRun")).dags.map((dag: { fileName: string }) => dag.fileName), [
    "timed",
    "plain",
  ]);
  assertEquals(await api.json("/schedule/history"), { fires: [] });
  assertEquals(await api.json("/dag-runs/one/w1/why"), { why: "the reason of w1" });
  const { approvals } = await api.json("/approvals");
  assertEquals(approvals.map((one: { run: { dagRunId: string } }) => one.run.dagRunId), ["w1"]);
  assertEquals(approvals[0].steps.map((step: { stepName: string }) => step.stepName), ["a"]);
});

Deno.test("api: the last runs against the steps, also those that a run does not have", async () => {
  await using api = await Api.make();
  api.dag("one", "steps:\n  - name: b\n    command: x\n  - name: c\n    command: x\n");
  await ended(api, "one", "r1", RunStatus.Failed);
  await api.sync();
  const { runs, steps } = await api.json("/dags/one/grid");
  assertEquals(runs.map(({ dagRunId, status }: Record<string, unknown>) => [dagRunId, status]), [["r1", 2]]);
  assertEquals(steps.map(({ name, status }: Record<string, unknown>) => [name, status]), [
    ["b", [4]],
    ["c", [-1]],
    ["a", [4]],
    ["onExit", [0]],
  ]);
  assertEquals((await api.get("/dags/one/grid?limit=101")).status, 400);
});

Deno.test("api: settings with their origin, parameters for a form, the schema of definitions", async () => {
  await using api = await Api.make();
  Deno.writeTextFileSync(`${api.home}/base.yaml`, "timeoutSec: 60\nsmtp:\n  password: hush\n");
  Deno.writeTextFileSync(
    `${api.home}/dags/params.json`,
    JSON.stringify({ properties: { region: { enum: ["eu", "us"], default: "eu" } } }),
  );
  const text =
    "maxActiveRuns: 2\nparams:\n  schema: params.json\n  values:\n    size: 5\nsteps:\n  - command: echo\n";
  api.dag("one", text);
  const { settings, baseFile } = await api.json("/dags/one/settings");
  const found = (name: string) => settings.find((one: { name: string }) => one.name === name);
  assertEquals([found("timeoutSec").from, found("timeoutSec").value, baseFile], [
    "base",
    60,
    `${api.home}/base.yaml`,
  ]);
  assertEquals([found("maxActiveRuns").from, found("maxActiveRuns").line], ["file", 1]);
  assertEquals(JSON.stringify(settings).includes("hush"), false);
  const { params, schema, editable } = await api.json("/dags/one/params");
  assertEquals([schema, editable], ["params.json", true]);
  assertEquals(params.map(({ name, value, choices }: Record<string, unknown>) => [name, value, choices]), [
    ["region", "eu", ["eu", "us"]],
    ["size", "5", undefined],
  ]);
  api.dag("two", text.replace("params.json", "nowhere.json"));
  assertMatch((await api.json("/dags/two/params")).problem, /nowhere.json": no such file/);
  assertEquals((await api.json("/schemas/dag")).title, "DAG");
  assertEquals((await api.call("POST", "/dags/one/dry-run", { params: "size=9" })).json.status, "succeeded");
  assertEquals(api.asked.at(-1)![1], { dag: `${api.home}/dags/one.yaml`, params: "size=9" });
});

Deno.test("api: queues hold the runs that stand in them, in their order, whatever their definitions say", async () => {
  await using api = await Api.make();
  for (const id of ["q1", "q2", "q3", "q4"]) {
    await api.store.createQueued(newAttempt(id, { dag: twoSteps("one") }));
  }
  const attempt = await api.store.createAttempt(newAttempt("r1", { dag: twoSteps("one") }));
  attempt.append(runEvent(RunStatus.Running));
  await attempt.flush();
  await api.sync();
  const place = (queue: string, turn: number) => ({ queue, turn, why: () => "" });
  const places: Record<string, ReturnType<typeof place>> = {
    q1: place("shared", 1),
    q2: place("shared", 0),
    q3: place("own", 0),
    r1: place("shared", 0),
  };
  api.places = ({ id }) => places[id] ?? null;
  const { queues, summary } = await api.json("/queues");
  const ids = (runs: { dagRunId: string }[]) => runs.map(({ dagRunId }) => dagRunId);
  assertEquals(
    queues.map(({ name, type, running, queued }: Record<string, never>) => [
      name,
      type,
      ids(running),
      ids(queued),
    ]),
    [
      // Its place is not known: the queue of its definition.
      ["one", "dag-based", [], ["q4"]],
      ["own", "dag-based", [], ["q3"]],
      ["shared", "global", ["r1"], ["q2", "q1"]],
    ],
  );
  assertEquals([summary.totalRunning, summary.totalQueued], [1, 4]);
  const totals = ({ totalRunning, totalQueued }: Record<string, number>) => [totalRunning, totalQueued];
  assertEquals(queues.map(totals), [[0, 1], [0, 1], [1, 2]]);
  await finish(attempt);
});

Deno.test("api: lists tell what made runs begin, and why those in line wait", async () => {
  await using api = await Api.make();
  await api.store.createQueued(newAttempt("q1", { dag: twoSteps("one"), trigger: "webhook" }));
  await ended(api, "two", "r1", RunStatus.Succeeded);
  await api.sync();
  const runs = async (query: string) =>
    (await api.json(`/dag-runs${query}`)).dagRuns
      .map(({ dagRunId, trigger, why }: Record<string, string>) => [dagRunId, trigger, why])
      .sort();
  assertEquals(await runs(""), [["q1", "webhook", undefined], ["r1", undefined, undefined]]);
  assertEquals(await runs("?why=true"), [["q1", "webhook", "the reason of q1"], [
    "r1",
    undefined,
    undefined,
  ]]);
  const queues = async () =>
    (await api.json("/queues")).queues.flatMap((queue: { queued: Record<string, string>[] }) =>
      queue.queued.map(({ dagRunId, why }) => [dagRunId, why])
    );
  assertEquals(await queues(), [["q1", "the reason of q1"]]);
  for (let i = 0; i < 110; i++) {
    await api.store.createQueued(newAttempt(`more-${i}`, { dag: twoSteps("one") }));
  }
  await api.sync();
  assertEquals((await queues()).filter(([_id, why]: string[]) => why !== undefined).length, 100);
});
