/** The trace of a run: a span for it and one for each step that ran, handed on to the steps by their environment. */
import type { OtelDecl } from "../core/declarations.ts";
import type { RandomBytes } from "../core/ids.ts";
import type { NodeKey, RunEvent, RunRecord } from "../core/run.ts";
import {
  isFinishedNode,
  isSuccessfulRun,
  NodeStatus,
  nodeStatusName,
  type RunStatus,
  runStatusName,
} from "../core/status.ts";
import { type TraceContext, traceParentText } from "../core/trace_context.ts";
import type { Span, SpanSink, SpanTarget } from "../ports/span_sink.ts";

/** Spans that are sent together, and how long one waits for others, in milliseconds. */
const BATCH = 256;
const WAIT_MS = 5000;

export interface RunTraceOptions {
  readonly target: SpanTarget;
  readonly sink: SpanSink;
  readonly random: RandomBytes;
  /** What started the run; null when it begins a trace. */
  readonly parent: TraceContext | null;
  readonly onFailure: (why: string) => void;
}

export class RunTrace {
  readonly #options: RunTraceOptions;
  readonly #run: TraceContext;
  readonly #steps = new Map<NodeKey, TraceContext>();
  #ready: Span[] = [];
  #sentAt = 0;

  constructor(options: RunTraceOptions) {
    const { random, parent } = options;
    this.#options = options;
    this.#run = {
      traceId: parent?.traceId ?? hex(random(16)),
      spanId: hex(random(8)),
      state: parent?.state ?? "",
    };
  }

  /** Variables of a step that say where it stands. */
  envOf(node: NodeKey): Record<string, string> {
    const context = this.#step(node);
    const { state } = context;
    return { TRACEPARENT: traceParentText(context), ...(state === "" ? {} : { TRACESTATE: state }) };
  }

  onEvent(event: RunEvent, record: RunRecord): void {
    if (event.kind !== "node" || event.patch.status === undefined) return;
    const { step, state } = typeof event.node === "number"
      ? record.nodes[event.node]!
      : record.handlers[event.node]!;
    // A step that was skipped took no time.
    if (!isFinishedNode(state.status) || state.startedAt === 0 || state.status === NodeStatus.Waiting) return;
    const failed = state.status === NodeStatus.Failed || state.status === NodeStatus.Rejected;
    const end = state.finishedAt || state.startedAt;
    this.#ready.push({
      ...this.#step(event.node),
      parentId: this.#run.spanId,
      name: `Step: ${step.name}`,
      begin: state.startedAt,
      end,
      attributes: {
        "step.name": step.name,
        "step.status": nodeStatusName(state.status),
        "step.exit_code": state.exitCode,
        ...(state.retryCount > 0 ? { "step.retry_count": state.retryCount } : {}),
      },
      outcome: failed ? "failed" : state.status === NodeStatus.Succeeded ? "ok" : "unset",
      error: failed ? state.error : "",
    });
    if (this.#ready.length >= BATCH || end - this.#sentAt >= WAIT_MS) this.#send(end);
  }

  /** The run is over. */
  end(record: RunRecord, status: RunStatus, now: number): void {
    const { parent } = this.#options;
    const successful = isSuccessfulRun(status);
    const failed = ["failed", "rejected"].includes(runStatusName(status));
    this.#ready.push({
      ...this.#run,
      parentId: parent?.spanId ?? "",
      name: `DAG: ${record.name}`,
      begin: record.startedAt || now,
      end: record.finishedAt || now,
      attributes: {
        "dag.name": record.name,
        "dag.run_id": record.dagRunId,
        "dag.status": runStatusName(status),
        ...(record.parent
          ? { "dag.parent_run_id": record.parent.id, "dag.parent_name": record.parent.name }
          : {}),
      },
      outcome: failed ? "failed" : successful ? "ok" : "unset",
      error: failed ? record.error : "",
    });
    this.#send(now);
  }

  #step(node: NodeKey): TraceContext {
    const known = this.#steps.get(node);
    if (known) return known;
    const { traceId, state } = this.#run;
    const made = { traceId, spanId: hex(this.#options.random(8)), state };
    this.#steps.set(node, made);
    return made;
  }

  #send(now: number): void {
    const { target, sink, onFailure } = this.#options;
    const spans = this.#ready;
    this.#ready = [];
    this.#sentAt = now;
    sink.send(target, spans, onFailure);
  }
}

const ENDPOINT = "http://localhost:4318";
const PATH = "/v1/traces";
const TIMEOUT_MS = 10_000;

/**
 * @param evaluate replaces references in a text
 * @throws DaguError when a text cannot be evaluated; TypeError when the endpoint is no address
 */
export async function spanTarget(
  otel: OtelDecl,
  evaluate: (text: string) => Promise<string>,
): Promise<SpanTarget> {
  const given = (await evaluate(otel.endpoint)).trim() || ENDPOINT;
  const url = new URL(/^https?:\/\//i.test(given) ? given : `${otel.insecure ? "http" : "https"}://${given}`);
  if (url.pathname === "/") url.pathname = PATH;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(otel.headers)) headers[name] = await evaluate(value);
  const resource: Record<string, unknown> = { "service.name": "dagu" };
  for (const [name, value] of Object.entries(otel.resource)) {
    resource[name] = typeof value === "string" ? await evaluate(value) : value;
  }
  return { url: url.href, headers, timeoutMs: otel.timeoutMs || TIMEOUT_MS, resource };
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
