/** Runs for times of the past, by the API. */
import { assertEquals, assertMatch } from "../assert.ts";
import { finish, newAttempt } from "../fakes/attempts.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";
import { Api } from "../support/api.ts";

const NIGHTLY = "schedule: 0 2 * * *\nparams: DAY=none\nsteps:\n  - name: a\n    command: echo\n";
const RANGE = { from: "2026-01-01T00:00:00Z", until: "2026-01-03T02:00:00Z" };
const DAYS = ["2026-01-01", "2026-01-02", "2026-01-03"];

async function fires(api: Api, range = RANGE): Promise<{ at: string; dagRunId: string; ran: boolean }[]> {
  return (await api.json(`/dags/nightly/backfill?${new URLSearchParams(range)}`)).fires;
}

Deno.test("api: a backfill queues one run for each time that has none, under the id of its fire", async () => {
  await using api = await Api.make();
  api.dag("nightly", NIGHTLY);
  await api.sync();
  const planned = await fires(api);
  assertEquals(planned.map(({ at, ran }) => [at.slice(0, 10), ran]), DAYS.map((day) => [day, false]));
  const dag = makeDag([makeStep("a"), makeStep("b")], { name: "nightly" });
  await finish(await api.store.createAttempt(newAttempt(planned[1]!.dagRunId, { dag })));
  assertEquals((await fires(api)).map(({ ran }) => ran), [false, true, false]);

  const body = { ...RANGE, params: "DAY={date} AT={time}" };
  assertEquals((await api.call("POST", "/dags/nightly/backfill", body)).json, { queued: 2 });
  const asked = api.asked as [string, { dagRunId: string; params: string; trigger: string }][];
  assertEquals(
    asked.map(([what, { dagRunId, params, trigger }]) => [what, dagRunId, params, trigger]),
    [planned[0]!, planned[2]!].map(({ at, dagRunId }) => {
      const params = `DAY=${at.slice(0, 10)} AT=${at.slice(0, 19)}Z`;
      return ["enqueue", dagRunId, params, "catchup"];
    }),
  );
});

Deno.test("api: a backfill of what has not been yet, never was, or is too much", async () => {
  await using api = await Api.make();
  api.dag("nightly", NIGHTLY);
  api.dag("once", "steps:\n  - name: a\n    command: echo\n");
  await api.sync();
  assertEquals(await fires(api, { from: "2999-01-01T00:00:00Z", until: "2999-02-01T00:00:00Z" }), []);
  const refusal = async (file: string, range: { from: string; until: string }) => {
    const { status, json } = await api.call("POST", `/dags/${file}/backfill`, range);
    assertEquals(status, 400);
    return json.message;
  };
  assertMatch(await refusal("once", RANGE), /The DAG "once" has no schedule that starts it/);
  assertMatch(await refusal("nightly", { ...RANGE, from: "2019-01-01T00:00:00Z" }), /more than 366 times/);
  assertMatch(await refusal("nightly", { from: RANGE.until, until: RANGE.from }), /ends before it begins/);
  assertMatch(await refusal("nightly", { ...RANGE, from: "yesterday" }), /"yesterday" is no time for from/);
  assertEquals(api.asked, []);
});
