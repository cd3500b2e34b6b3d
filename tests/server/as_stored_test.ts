/** Operators run what is stored, as it is stored; developers may give it other names, queues and variables. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { newAttempt, nodeEvent, runEvent } from "../fakes/attempts.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";
import { Api } from "../support/api.ts";

const DAG = "schedule: '0 * * * *'\nparams:\n  - A: one\n  - B: two\nsteps:\n  - echo $A\n";
const SCHEMA = { type: "object", properties: { FROM_SCHEMA: { type: "string" } } };

type Case = readonly [path: string, body: Readonly<Record<string, unknown>>];

/** What the definitions say, in words of their own. */
const AS_STORED: readonly Case[] = [
  ["/dags/one/start", { params: "A=1 B=2" }],
  ["/dags/one/start", { params: '{"A":"1"}' }],
  ["/dags/one/start", { params: "first second third" }],
  ["/dags/one/enqueue", { params: "B=x" }],
  ["/dags/one/dry-run", { params: "A=1" }],
  ["/dags/plain/start", { params: "first second" }],
  ["/dags/schema/start", { params: "FROM_SCHEMA=1" }],
  ["/dag-runs/one/r1/reschedule", {}],
];

const OTHERWISE: readonly Case[] = [
  ["/dags/one/start", { params: "BASH_ENV='$(id)'" }],
  ["/dags/one/start", { params: '{"A":"1","LD_PRELOAD":"/tmp/x.so"}' }],
  ["/dags/one/enqueue", { params: "A=1 PATH=/tmp" }],
  ["/dags/one/dry-run", { params: "PATH=/tmp" }],
  ["/dags/one/backfill", {
    from: "2026-01-01T00:00:00Z",
    until: "2026-01-01T02:00:00Z",
    params: "PATH=/tmp",
  }],
  ["/dags/plain/start", { params: "first REGION=eu" }],
  ["/dags/schema/start", { params: "PATH=/tmp" }],
  ["/dags/far/start", { params: "ANY=1" }],
  ["/dags/one/start", { dagName: "other" }],
  ["/dags/one/enqueue", { queue: "other" }],
  ["/dag-runs/one/r1/reschedule", { dagName: "other" }],
];

async function opened(role: "operator" | "developer"): Promise<Api> {
  const api = await Api.make({ authenticate: () => Promise.resolve({ name: "me", role, dags: null }) });
  api.dag("one", DAG);
  api.dag("plain", "steps:\n  - echo $1 $REGION\n");
  api.dag("schema", "params: {schema: schema.json, values: {}}\nsteps:\n  - echo\n");
  api.dag("far", "params: {schema: 'https://localhost/schema.json', values: {}}\nsteps:\n  - echo\n");
  Deno.writeTextFileSync(`${api.home}/dags/schema.json`, JSON.stringify(SCHEMA));
  const attempt = await api.store.createAttempt(newAttempt("r1", { dag: makeDag([], { name: "one" }) }));
  attempt.append(runEvent(RunStatus.Failed));
  await attempt.close();
  await api.sync();
  return api;
}

Deno.test("as stored: an operator gives what the definition declares, a developer anything", async () => {
  await using operator = await opened("operator");
  await using developer = await opened("developer");
  for (const [path, body] of AS_STORED) {
    assertEquals((await operator.call("POST", path, body)).status, 200, `${path} ${JSON.stringify(body)}`);
  }
  const asked = operator.asked.length;
  for (const [path, body] of OTHERWISE) {
    const words = `${path} ${JSON.stringify(body)}`;
    const { status, json } = await operator.call("POST", path, body);
    assertEquals([status, json.code], [403, "forbidden"], words);
    assertMatch(json.message, /needs the role developer$/);
    assertEquals((await developer.call("POST", path, body)).status, 200, words);
  }
  assertEquals(operator.asked.length, asked);
});

Deno.test("as stored: a server that asks for an operator gets no more than an operator", async () => {
  await using api = await opened("developer");
  await using operator = await opened("operator");
  const [path, body] = OTHERWISE[0]!;
  const as = async (at: Api, role: string) =>
    (await at.call("POST", path, body, { "x-dagu-role": role })).status;
  assertEquals([await as(api, "operator"), await as(api, "viewer"), await as(api, "admin")], [403, 403, 200]);
  assertEquals([await as(api, "none"), await as(operator, "admin")], [200, 403]);
});

Deno.test("as stored: what a definition does not take, nobody gives", async () => {
  await using api = await opened("developer");
  api.dag("fixed", "runConfig: {disableParamEdit: true, disableRunIdEdit: true}\n" + DAG);
  const fixed = makeDag([], { name: "fixed", runConfig: { disableParamEdit: true, disableRunIdEdit: true } });
  const attempt = await api.store.createAttempt(newAttempt("f1", { dag: fixed }));
  attempt.append(runEvent(RunStatus.Failed));
  await attempt.close();
  const cases: readonly Case[] = [
    ["/dags/fixed/start", { params: "A=1" }],
    ["/dags/fixed/dry-run", { params: "A=1" }],
    ["/dags/fixed/start", { dagRunId: "mine" }],
    ["/dag-runs/fixed/f1/reschedule", { dagRunId: "mine" }],
  ];
  for (const [path, body] of cases) {
    assertEquals((await api.call("POST", path, body)).json.code, "forbidden", path);
  }
  assertEquals(api.asked, []);
});

Deno.test("as stored: an operator approves with inputs that the step asks for", async () => {
  for (const role of ["operator", "developer"] as const) {
    await using api = await opened(role);
    const executor = { type: "hitl", config: { input: ["reason"], required: ["by"] } };
    const dag = makeDag([makeStep("asks", { executor }), makeStep("quiet")], { name: "one" });
    const attempt = await api.store.createAttempt(newAttempt("w1", { dag }));
    for (const node of [0, 1]) attempt.append(nodeEvent(node, NodeStatus.Waiting));
    attempt.append(runEvent(RunStatus.Waiting));
    await attempt.close();
    const approve = async (step: string, inputs: object) =>
      (await api.call("POST", `/dag-runs/one/w1/steps/${step}/approve`, { inputs })).status;
    const other = role === "operator" ? 403 : 200;
    assertEquals(await approve("asks", { reason: "x", by: "me" }), 200);
    assertEquals(await approve("asks", { reason: "x", BASH_ENV: "$(id)" }), other);
    assertEquals(await approve("quiet", { BASH_ENV: "$(id)" }), other);
  }
});
