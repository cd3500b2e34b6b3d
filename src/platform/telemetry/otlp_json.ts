/** Spans as the JSON form of OTLP. */
import type { Span } from "../../ports/span_sink.ts";

const SCOPE = "dagu";
const INTERNAL = 1;
const OUTCOMES = { unset: 0, ok: 1, failed: 2 } as const;

type Attributes = Readonly<Record<string, unknown>>;

export function otlpJson(resource: Attributes, spans: readonly Span[]): unknown {
  return {
    resourceSpans: [{
      resource: { attributes: attributesJson(resource) },
      scopeSpans: [{ scope: { name: SCOPE }, spans: spans.map(spanJson) }],
    }],
  };
}

function spanJson(span: Span): unknown {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentId === "" ? {} : { parentSpanId: span.parentId }),
    ...(span.state === "" ? {} : { traceState: span.state }),
    name: span.name,
    kind: INTERNAL,
    startTimeUnixNano: nanoseconds(span.begin),
    endTimeUnixNano: nanoseconds(span.end),
    attributes: attributesJson(span.attributes),
    status: { code: OUTCOMES[span.outcome], ...(span.error === "" ? {} : { message: span.error }) },
  };
}

function attributesJson(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueJson(value) }));
}

/** Whole numbers are texts in this form: they may have 64 bits. */
function valueJson(value: unknown): unknown {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(valueJson) } };
  return { stringValue: typeof value === "string" ? value : JSON.stringify(value) };
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}
