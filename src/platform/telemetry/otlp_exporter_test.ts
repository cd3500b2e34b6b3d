import { assert, assertEquals } from "../../../tests/assert.ts";
import { TraceSink } from "../../../tests/support/trace_sink.ts";
import type { Span, SpanTarget } from "../../ports/span_sink.ts";
import { OtlpExporter } from "./otlp_exporter.ts";

const ENOUGH_MS = 60_000;

function span(name: string, more: Partial<Span> = {}): Span {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentId: "",
    state: "",
    name,
    begin: 1000,
    end: 2500,
    attributes: {},
    outcome: "ok",
    error: "",
    ...more,
  };
}

const targetOf = (sink: TraceSink, more: Partial<SpanTarget> = {}): SpanTarget => ({
  url: `${sink.url}/v1/traces`,
  headers: {},
  timeoutMs: ENOUGH_MS,
  resource: {},
  ...more,
});

const never = (why: string) => {
  throw new Error(why);
};

Deno.test("traces: spans arrive as they are, with headers and resource", async () => {
  await using sink = new TraceSink();
  const exporter = new OtlpExporter();
  const target = targetOf(sink, {
    headers: { "x-key": "k" },
    resource: { "service.name": "s", n: 1.5, on: true },
  });
  const attributes = { "step.exit_code": 7, "step.name": "a" };
  exporter.send(target, [
    span("one"),
    span("two", { parentId: "00f067aa0ba902b7", state: "a=1", attributes, outcome: "failed", error: "no" }),
  ], never);
  await exporter.settled(ENOUGH_MS);
  assertEquals(sink.requests.map(({ path, headers }) => [path, headers.get("x-key")]), [["/v1/traces", "k"]]);
  const two = sink.named("two");
  assertEquals(two.parentSpanId, "00f067aa0ba902b7");
  assertEquals(two.attributes, { "step.exit_code": "7", "step.name": "a" });
  assertEquals(two.status, { code: 2, message: "no" });
  assertEquals([two.startTimeUnixNano, two.endTimeUnixNano], ["1000000000", "2500000000"]);
  assertEquals(two.resource, { "service.name": "s", n: "1.5", on: "true" });
  assertEquals(sink.named("one").parentSpanId, undefined);
});

Deno.test("traces: a collector that is busy is asked once more", async () => {
  await using sink = new TraceSink([503]);
  const exporter = new OtlpExporter();
  exporter.send(targetOf(sink), [span("one")], never);
  await exporter.settled(ENOUGH_MS);
  assertEquals([sink.requests.length, sink.spans.length], [2, 1]);
});

Deno.test("traces: a collector that refuses is not asked again for a while, and somebody is told once", async () => {
  await using sink = new TraceSink([400]);
  const told: string[] = [];
  for (let i = 0; i < 3; i++) {
    const exporter = new OtlpExporter();
    exporter.send(targetOf(sink), [span("one")], (why) => told.push(why));
    await exporter.settled(ENOUGH_MS);
  }
  assertEquals([told, sink.requests.length], [["it answers 400"], 1]);
});

Deno.test("traces: one that never answers is given up", async () => {
  await using sink = new TraceSink([0, 0]);
  const told: string[] = [];
  const exporter = new OtlpExporter();
  exporter.send(targetOf(sink), [span("one")], (why) => told.push(why));
  await exporter.settled(50);
  assertEquals(told.length, 1);
});

Deno.test("traces: what waits is bounded", async () => {
  await using sink = new TraceSink([0]);
  const told: string[] = [];
  const exporter = new OtlpExporter();
  const many = Array.from({ length: 2000 }, () => span("x"));
  for (let i = 0; i < 4; i++) exporter.send(targetOf(sink), many, (why) => told.push(why));
  assert(told.some((why) => why.includes("too many wait")), told.join());
  await exporter.settled(0);
});
