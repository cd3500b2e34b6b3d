/** The changing side of the API. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { finish, newAttempt, runEvent, twoSteps } from "../fakes/attempts.ts";
import { Pace } from "../../src/services/server/http/pace.ts";
import { Api, BASE } from "../support/api.ts";

const GOOD = "steps:\n  - name: a\n    command: echo\n";
const BAD = "steps:\n  - name: a\n    command: echo\n    depends: nowhere\n";

Deno.test("api: a definition is made, changed, renamed, suspended and removed", async () => {
  await using api = await Api.make();
  await api.sync();
  const made = await api.call("POST", "/dags", { name: "one", spec: GOOD });
  assertEquals([made.status, made.json], [201, { name: "one" }]);
  assertEquals((await api.json("/dags")).dags.length, 1);
  assertEquals((await api.call("POST", "/dags", { name: "one" })).json.code, "already_exists");
  const bad = await api.call("POST", "/dags", { name: "two", spec: BAD });
  assertEquals([bad.status, bad.json.details.problems[0].line], [400, 4]);
  assertEquals((await api.call("POST", "/dags", { name: "two" })).status, 201);
  assertEquals((await api.json("/dags/two")).errors, []);
  assertEquals((await api.call("POST", "/dags", { name: "two.yaml" })).status, 409, "its ending is no name");
  assertEquals((await api.call("POST", "/dags", { name: ".five" })).status, 400, "it would not be listed");
  assertEquals((await api.call("POST", "/dags", { name: "six.yml", spec: "" })).json, { name: "six" });
  assertEquals((await api.call("DELETE", "/dags/six")).status, 204);

  const refused = await api.call("PUT", "/dags/one/spec", { spec: BAD });
  assertEquals([refused.status, refused.json.errors.length, refused.json.problems[0].line], [200, 1, 4]);
  assertEquals((await api.json("/dags/one/spec")).spec, GOOD);
  const text = "description: changed\n" + GOOD;
  assertEquals((await api.call("PUT", "/dags/one/spec", { spec: text })).json, { errors: [] });
  assertEquals((await api.json("/dags?name=one")).dags[0].dag.description, "changed");

  assertEquals((await api.call("POST", "/dags/one/suspend", { suspend: true })).status, 200);
  assertEquals((await api.json("/dags?name=one")).dags[0].suspended, true);
  assertEquals((await api.call("POST", "/dags/one/rename", { newFileName: "two" })).status, 409);
  assertEquals((await api.call("POST", "/dags/one/rename", { newFileName: "three" })).status, 200);
  assertEquals((await api.json("/dags/three")).suspended, true);
  assertEquals((await api.get("/dags/one")).status, 404);
  assertEquals((await api.call("DELETE", "/dags/three")).status, 204);
  assertEquals((await api.call("DELETE", "/dags/three")).status, 404);
  assertEquals((await api.call("POST", "/dags", { name: "three" })).status, 201);
  assertEquals((await api.json("/dags/three")).suspended, false, "a new one of that name begins anew");
});

Deno.test("api: definitions in sub-folders are addressed by their path, and change where they stand", async () => {
  await using api = await Api.make();
  await Deno.mkdir(`${api.home}/dags/team/deep`, { recursive: true });
  for (const file of ["etl", "team/etl", "team/deep/far"]) api.dag(file, GOOD);
  await api.sync();
  const names = async () =>
    (await api.json("/dags")).dags.map((one: { fileName: string; dag: { name: string } }) =>
      `${one.fileName} ${one.dag.name}`
    );
  assertEquals(await names(), ["etl etl", "team/etl etl", "team/deep/far far"]);
  assertEquals((await api.json("/dags/team%2Fdeep%2Ffar")).dag.name, "far");
  assertEquals((await api.json("/dags/team%2Fetl/spec")).spec, GOOD);
  const text = "description: changed\n" + GOOD;
  assertEquals((await api.call("PUT", "/dags/team%2Fetl/spec", { spec: text })).status, 200);
  assertEquals(Deno.readTextFileSync(`${api.home}/dags/team/etl.yaml`), text);
  await api.call("POST", "/dags/team%2Fetl/start");
  assertEquals((api.asked as [string, { dag: string }][])[0][1].dag, `${api.home}/dags/team/etl.yaml`);
  await api.call("POST", "/dags/team%2Fetl/suspend", { suspend: true });
  const suspended = (await api.json("/dags")).dags.filter((one: { suspended: boolean }) => one.suspended);
  assertEquals(suspended.map((one: { fileName: string }) => one.fileName), ["team/etl"]);
  assertEquals((await api.call("POST", "/dags/team%2Fetl/rename", { newFileName: "load" })).status, 200);
  assertEquals((await api.json("/dags/team%2Fload")).suspended, true);
  assertEquals((await api.call("DELETE", "/dags/team%2Fload")).status, 204);
  assertEquals(await names(), ["etl etl", "team/deep/far far"]);
});

Deno.test("api: a text is checked without being saved", async () => {
  await using api = await Api.make();
  const good = (await api.call("POST", "/dags/validate", { spec: GOOD })).json;
  assertEquals([good.valid, good.errors, good.dag.steps.length], [true, [], 1]);
  const bad = (await api.call("POST", "/dags/validate", { spec: BAD, name: "x" })).json;
  assertEquals([bad.valid, bad.errors.length, bad.problems[0].field], [false, 1, "steps[0].depends"]);
});

Deno.test("api: a run is started with what was asked, and refused for a reason", async () => {
  await using api = await Api.make();
  api.dag("one", GOOD);
  api.dag("bad", BAD);
  api.dag("fixed", "runConfig:\n  disableParamEdit: true\n  disableRunIdEdit: true\n" + GOOD);
  await api.sync();
  const started = await api.call("POST", "/dags/one/start", { params: "A=1", dagRunId: "r1" });
  assertEquals([started.status, started.json], [200, { dagRunId: "r1" }]);
  const dag = `${api.home}/dags/one.yaml`;
  const request = { dag, name: "", dagRunId: "r1", params: "A=1", fromRunId: "" };
  assertEquals(api.asked.splice(0), [["start", request]]);
  assertEquals((await api.call("POST", "/dags/one/enqueue", {})).json, { dagRunId: "new-run" });
  assertEquals(api.asked.splice(0).map(([what]) => what), ["enqueue"]);
  // Fields of a form that were left empty.
  const empty = { dagRunId: "", dagName: "", params: "", queue: "" };
  assertEquals((await api.call("POST", "/dags/one/enqueue", empty)).json, { dagRunId: "new-run" });
  assertEquals(api.asked.splice(0), [["enqueue", { ...request, dagRunId: "", params: "", queue: "" }]]);

  const attempt = await api.store.createAttempt(newAttempt("r2", { dag: twoSteps("one") }));
  attempt.append(runEvent(RunStatus.Running));
  await attempt.flush();
  for (
    const [path, body, status, code] of [
      ["/dags/nothing/start", {}, 404, "not_found"],
      ["/dags/bad/start", {}, 400, "bad_request"],
      ["/dags/one/start", { dagRunId: "r2" }, 409, "already_exists"],
      ["/dags/one/start", { singleton: true }, 409, "already_exists"],
      ["/dags/one/start", { dagRunId: "../x" }, 400, "bad_request"],
      ["/dags/one/start", { unknown: 1 }, 400, "bad_request"],
      ["/dags/one/start", { params: 1 }, 400, "bad_request"],
      ["/dags/one/enqueue", { queue: "has blank" }, 400, "bad_request"],
      ["/dags/fixed/start", { params: "A=1" }, 403, "forbidden"],
      ["/dags/fixed/start", { dagRunId: "mine" }, 403, "forbidden"],
    ] as const
  ) {
    const reply = await api.call("POST", path, body);
    assertEquals([reply.status, reply.json.code], [status, code], `${path} ${JSON.stringify(body)}`);
  }
  assertEquals(api.asked, []);
  assertEquals((await api.call("POST", "/dags/one/stop-all")).json, { errors: [] });
  assertEquals(api.asked, [["stop", { name: "one", id: "r2" }]]);
  await finish(attempt);
});

Deno.test("api: who begins many runs in a short time is slowed down, and nobody else", async () => {
  const authenticate = (request: Request) =>
    Promise.resolve({ name: request.headers.get("x-user")!, role: "operator" as const, dags: null });
  await using api = await Api.make({ pace: new Pace(2, 0.001), authenticate });
  api.dag("one", GOOD);
  await api.sync();
  const start = async (path: string, user: string) => {
    const headers = { host: "localhost", "content-type": "application/json", "x-user": user };
    return await api.send(
      new Request(`http://localhost${BASE}${path}`, { method: "POST", headers, body: "{}" }),
    );
  };
  assertEquals((await start("/dags/one/start", "a")).status, 200);
  assertEquals((await start("/dags/one/enqueue", "a")).status, 200);
  const refused = await start("/dags/one/start", "a");
  assertEquals([refused.status, refused.json.code], [429, "too_many_requests"]);
  assert(Number(refused.headers.get("retry-after")) > 0);
  assertEquals((await start("/dags/one/stop-all", "a")).status, 200, "only what begins runs is counted");
  assertEquals((await start("/dags/one/start", "b")).status, 200);
});

Deno.test("api: a definition that is sent along is run, where the settings allow it", async () => {
  await using api = await Api.make();
  const named = "name: sent\n" + GOOD;
  const asked = { text: named, name: "sent", dagRunId: "", params: "A=1" };
  const started = await api.call("POST", "/dag-runs", { spec: named, params: "A=1" });
  assertEquals([started.status, started.json], [200, { dagRunId: "new-run" }]);
  assertEquals(
    (await api.call("POST", "/dag-runs", { spec: GOOD, name: "other", dagRunId: "r1" })).status,
    200,
  );
  assertEquals((await api.call("POST", "/dag-runs/enqueue", { spec: named, queue: "q" })).status, 200);
  assertEquals(api.asked.splice(0), [
    ["startText", asked],
    ["startText", { text: GOOD, name: "other", dagRunId: "r1", params: null }],
    ["enqueueText", { ...asked, params: null, queue: "q" }],
  ]);
  assertMatch((await api.call("POST", "/dag-runs", { spec: GOOD })).json.message, /name/);
  const bad = await api.call("POST", "/dag-runs", { spec: BAD, name: "bad" });
  assertEquals([bad.status, bad.json.details.problems[0].line], [400, 4]);
  await finish(await api.store.createAttempt(newAttempt("taken", { dag: twoSteps("other") })));
  const again = await api.call("POST", "/dag-runs", { spec: GOOD, name: "other", dagRunId: "taken" });
  assertEquals([again.status, again.json.code], [409, "already_exists"]);
  assertEquals(api.asked, []);
  for (const name of ["writeDAGs", "runDAGs", "allowInlineRuns"]) {
    await using closed = await Api.make({ switches: { [name]: false } });
    for (const path of ["/dag-runs", "/dag-runs/enqueue"]) {
      const refused = await closed.call("POST", path, { spec: named });
      assertEquals([refused.status, refused.json.message], [403, offMessage(name)]);
    }
    assertEquals(closed.asked, []);
  }
});

Deno.test("api: a run is stopped, retried and rescheduled, when it can be", async () => {
  await using api = await Api.make();
  const attempt = await api.store.createAttempt(newAttempt("r1", { dag: twoSteps("one") }));
  attempt.append(runEvent(RunStatus.Running));
  await attempt.flush();
  const run = { name: "one", id: "r1" };
  assertEquals((await api.call("POST", "/dag-runs/one/r1/stop")).status, 200);
  assertEquals((await api.call("POST", "/dag-runs/one/r1/retry", { dagRunId: "r1" })).status, 409);
  const alone = await api.call("POST", "/dag-runs/one/r1/reschedule", { singleton: true });
  assertEquals([alone.status, alone.json.code], [409, "already_exists"]);
  await finish(attempt, RunStatus.Failed);
  assertEquals((await api.call("POST", "/dag-runs/one/r1/stop")).json.code, "not_running");
  assertEquals((await api.call("POST", "/dag-runs/one/r1/retry", { dagRunId: "r1" })).status, 200);
  assertEquals(
    (await api.call("POST", "/dag-runs/one/r1/retry", { stepName: "a", following: true })).status,
    200,
  );
  assertEquals((await api.call("POST", "/dag-runs/one/r1/retry", { dagRunId: "r2" })).status, 400);
  assertEquals((await api.call("POST", "/dag-runs/one/r1/reschedule")).json, {
    dagRunId: "new-run",
    queued: false,
  });
  assertEquals((await api.get("/dag-runs/one/r1/dequeue")).status, 400);
  assertEquals(api.asked.map(([what]) => what), ["stop", "retry", "retry", "start"]);
  const started = api.asked[3]![1] as Record<string, unknown>;
  assertEquals([started.name, started.fromRunId], ["one", "r1"]);
  assertEquals(api.asked.slice(0, 3).map(([, ...rest]) => rest), [
    [run],
    [run, { step: "", following: false }],
    [run, { step: "a", following: true }],
  ]);
});

Deno.test("api: the status of a step is set, that of the run stays", async () => {
  await using api = await Api.make();
  await finish(await api.store.createAttempt(newAttempt("r1", { dag: twoSteps("one") })), RunStatus.Failed);
  const status = "/dag-runs/one/r1/steps/b/status";
  assertEquals((await api.call("PATCH", status, { status: NodeStatus.Failed })).status, 200);
  const { dagRunDetails } = await api.json("/dag-runs/one/r1");
  assertEquals([dagRunDetails.status, dagRunDetails.nodes[1].status], [RunStatus.Failed, NodeStatus.Failed]);
  assertEquals((await api.call("PATCH", status, { status: 99 })).status, 400);
  assertEquals((await api.call("PATCH", "/dag-runs/one/r1/steps/onExit/status", { status: 2 })).status, 400);
});

Deno.test("api: a step that waits is approved or rejected", async () => {
  await using api = await Api.make();
  const attempt = await api.store.createAttempt(newAttempt("r1", { dag: twoSteps("one") }));
  attempt.append(runEvent(RunStatus.Running));
  attempt.append({ kind: "node", node: 0, patch: { status: NodeStatus.Waiting } });
  attempt.append(runEvent(RunStatus.Waiting));
  await attempt.close();
  const step = "/dag-runs/one/r1/steps/a";
  const approved = await api.call("POST", `${step}/approve`, { inputs: { WHO: "me" } });
  assertEquals(approved.json, { dagRunId: "r1", stepName: "a", resumed: true });
  const rejected = await api.call("POST", `${step}/reject`, { reason: "no" });
  assertEquals(rejected.json, { dagRunId: "r1", stepName: "a" });
  const [[, approval], [, rejection]] = api.asked as [string, Record<string, unknown>][];
  assertEquals([approval.inputs, approval.by, rejection.reason], [{ WHO: "me" }, "local", "no"]);
  assertEquals((await api.call("POST", "/dag-runs/one/r1/steps/b/approve", {})).status, 400);
});

const offMessage = (name: string) =>
  `Permission denied: the setting permissions.${name} of this server is off`;

Deno.test("api: the switches of the configuration close what changes definitions and runs", async () => {
  await using api = await Api.make({ switches: { writeDAGs: false, runDAGs: false } });
  api.dag("one", GOOD);
  for (const route of api.routes.filter((one) => one.unsafe && one.switches.length > 0)) {
    const path = route.at.replace(/\{\w+\}/g, "one");
    const body = route.method === "get" || route.method === "delete" ? undefined : {};
    const reply = await api.call(route.method.toUpperCase(), path, body);
    assertEquals(
      [reply.status, reply.json.message],
      [403, offMessage(route.switches[0]!)],
      `${route.method} ${path}`,
    );
  }
  assert(Deno.statSync(`${api.home}/dags/one.yaml`).isFile);
});
