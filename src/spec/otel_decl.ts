/** `otel` of a DAG. */
import type { OtelDecl } from "../core/declarations.ts";
import type { ObjectValue } from "./decode.ts";
import { quote } from "./issue_list.ts";

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

export function otelDecl(dag: ObjectValue): OtelDecl | null {
  const fields = dag.object("otel");
  if (!fields) return null;
  const text = fields.text("timeout");
  const timeoutMs = text === "" ? 0 : durationMs(text);
  if (timeoutMs === null) {
    fields.issue("timeout", `Invalid duration ${quote(text)}, expected one such as "30s" or "1m30s"`);
  }
  return {
    enabled: fields.bool("enabled"),
    endpoint: fields.text("endpoint"),
    headers: fields.record("headers"),
    insecure: fields.bool("insecure"),
    timeoutMs: timeoutMs ?? 0,
    resource: fields.json("resource"),
  };
}

/** Milliseconds of `1h30m`, `500ms` and the like; null when it is no duration. */
export function durationMs(text: string): number | null {
  if (text === "0") return 0;
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(count) * UNITS[unit];
  }
  return total;
}
