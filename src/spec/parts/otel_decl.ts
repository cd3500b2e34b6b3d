/** `otel` of a DAG. */
import type { OtelDecl } from "../../core/declarations.ts";
import { parseDuration } from "../../core/text/duration.ts";
import type { ObjectValue } from "../decode.ts";
import { quote } from "../issue_list.ts";

export function otelDecl(dag: ObjectValue): OtelDecl | null {
  const fields = dag.object("otel");
  if (!fields) return null;
  const text = fields.text("timeout");
  const timeoutMs = text === "" ? 0 : parseDuration(text);
  if (timeoutMs === undefined) {
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
