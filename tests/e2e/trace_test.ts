/** Traces of runs, taken by a collector. */
import { assert, assertEquals } from "../assert.ts";
import { Home, programArgs } from "../support/home.ts";
import { TraceSink } from "../support/trace_sink.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

function traced(url: string, steps: string): string {
  return `
otel:
  enabled: true
  endpoint: ${url}
  headers: { Authorization: "Bearer \${KEY}" }
  resource: { service.name: nightly }
env:
  - KEY: k1
steps:
${steps}`;
}

const CALLS = `
  - name: first
    command: echo $TRACEPARENT >> WORK/marks
  - name: call
    call: below
  - name: last
    command: exit 3
`;

Deno.test("traces: a run, its steps and its sub-runs are one trace, which the steps know", async () => {
  await using home = await Home.make();
  await using sink = new TraceSink();
  home.dag("top", traced(sink.url, CALLS));
  home.dag("below", traced(sink.url, "  - name: inner\n    command: echo $TRACEPARENT >> WORK/marks\n"));
  assertEquals((await home.run(["start", "--quiet", "--run-id=r1", "top"])).code, 1);
  const top = sink.named("DAG: top");
  const below = sink.named("DAG: below");
  const [first, call, last, inner] = ["first", "call", "last", "inner"].map((name) =>
    sink.named(`Step: ${name}`)
  );
  assert([below, first, call, last, inner].every((span) => span!.traceId === top.traceId));
  assertEquals([first, call, last].map((span) => span!.parentSpanId), Array(3).fill(top.spanId));
  assertEquals([top.parentSpanId, below.parentSpanId, inner!.parentSpanId], [
    undefined,
    call!.spanId,
    below.spanId,
  ]);
  assertEquals(home.marks(), [first, inner].map((span) => `00-${top.traceId}-${span!.spanId}-01`));
  assertEquals(top.attributes, { "dag.name": "top", "dag.run_id": "r1", "dag.status": "failed" });
  assertEquals(below.attributes["dag.parent_run_id"], "r1");
  assertEquals(below.attributes["dag.parent_name"], "top");
  assertEquals(last!.attributes, { "step.name": "last", "step.status": "failed", "step.exit_code": "3" });
  assertEquals([top.status.code, first!.status.code, last!.status.code], [2, 1, 2]);
  assertEquals(top.resource, { "service.name": "nightly" });
  assert(
    sink.requests.every(({ path, headers }) =>
      path === "/v1/traces" && headers.get("authorization") === "Bearer k1"
    ),
  );
});

Deno.test("traces: a run goes on with the trace of whoever started it", async () => {
  await using home = await Home.make();
  await using sink = new TraceSink();
  home.dag("one", traced(sink.url, "  - name: a\n    command: echo $TRACESTATE >> WORK/marks\n"));
  home.dag("plain", "steps:\n  - name: a\n    command: echo $TRACEPARENT >> WORK/marks\n");
  const outer = ["env", `TRACEPARENT=00-${TRACE}-${SPAN}-01`, "TRACESTATE=a=1"] as const;
  for (const dag of ["one", "plain"]) {
    assertEquals((await home.run(["start", "--quiet", dag], [...outer, ...programArgs()])).code, 0);
  }
  const span = sink.named("DAG: one");
  assertEquals([span.traceId, span.parentSpanId, span.traceState], [TRACE, SPAN, "a=1"]);
  assertEquals(home.marks(), ["a=1", `00-${TRACE}-${SPAN}-01`]);
});

Deno.test("traces: no collector, a mute one and a wrong address change nothing of the run", async () => {
  await using home = await Home.make();
  await using mute = new TraceSink([0, 0]);
  const step = "  - name: a\n    command: 'true'\n";
  home.dag("nobody", traced("http://127.0.0.1:1", step));
  home.dag("mute", traced(mute.url, step));
  home.dag("wrong", traced("http://", step));
  for (const dag of ["nobody", "mute", "wrong"]) {
    const { code, stderr } = await home.run(["start", "--quiet", `--run-id=${dag}`, dag]);
    assertEquals([dag, code], [dag, 0], stderr);
    assertEquals((await home.store.find(dag, dag))?.record.error, "");
  }
  assertEquals(mute.requests.length, 1);
  const [log] = home.files(/logs\/.*wrong.*\.log$/);
  assert(Deno.readTextFileSync(log!).includes("Cannot send the trace of this run"));
});
