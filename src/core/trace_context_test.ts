import { assertEquals } from "../../tests/assert.ts";
import { parseTraceParent, traceParentText } from "./trace_context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

Deno.test("trace context: what is handed on comes back", () => {
  const context = { traceId: TRACE, spanId: SPAN, state: "" };
  assertEquals(traceParentText(context), `00-${TRACE}-${SPAN}-01`);
  assertEquals(parseTraceParent(traceParentText(context)), context);
  assertEquals(parseTraceParent(`00-${TRACE}-${SPAN}-00`, "a=1")?.state, "a=1");
  assertEquals(parseTraceParent(`42-${TRACE}-${SPAN}-01-more`)?.traceId, TRACE, "a later version");
});

for (
  const text of [
    "",
    "x",
    `00-${TRACE}-${SPAN}`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01x`,
    ` 00-${TRACE}-${SPAN}-01`,
  ]
) {
  Deno.test(`trace context: ${JSON.stringify(text)} is none`, () =>
    assertEquals(parseTraceParent(text), null));
}

Deno.test("trace context: a state that is too long or no plain text is left out", () => {
  const parent = `00-${TRACE}-${SPAN}-01`;
  assertEquals(parseTraceParent(parent, "a=".padEnd(513, "x"))?.state, "");
  assertEquals(parseTraceParent(parent, "a=1\nb")?.state, "");
});
