/** Sends spans to a collector: OTLP over HTTP, as JSON. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
import { messageOf } from "../../core/errors.ts";
import type { Span, SpanSink, SpanTarget } from "../../ports/span_sink.ts";
import { otlpJson } from "./otlp_json.ts";
import { pause, startTimer } from "../time/timer.ts";

/** Spans that wait to be sent; more of them are lost. */
const MAX_WAITING = 4096;
/** A collector that failed is left alone for this long, in milliseconds. */
const REST_MS = 60_000;
const ATTEMPTS = 2;
const AGAIN_MS = 300;
/** Answers after which another attempt makes sense. */
const PASSING = [429, 502, 503, 504];

interface Batch {
  readonly target: SpanTarget;
  readonly spans: readonly Span[];
  readonly failed: (why: string) => void;
}

/** When collectors failed, by address: holds for all runs of this process. */
const failures = /* @__PURE__ */ new Map<string, number>();

export class OtlpExporter implements SpanSink {
  readonly #waiting: Batch[] = [];
  #count = 0;
  #sending: Promise<void> | null = null;
  readonly #stop = new AbortController();

  send(target: SpanTarget, spans: readonly Span[], failed: (why: string) => void): void {
    if (this.#count + spans.length > MAX_WAITING) {
      return failed(`${spans.length} spans are lost: too many wait`);
    }
    this.#count += spans.length;
    this.#waiting.push({ target, spans, failed });
    this.#sending ??= this.#sendAll().finally(() => this.#sending = null);
  }

  /** Resolves when all was sent or is lost: what is not sent after `ms` milliseconds is. */
  async settled(ms: number): Promise<void> {
    const forget = startTimer(ms, () => this.#stop.abort());
    await this.#sending;
    forget();
  }

  async #sendAll(): Promise<void> {
    for (let batch = this.#waiting.shift(); batch; batch = this.#waiting.shift()) {
      this.#count -= batch.spans.length;
      const { target, spans, failed } = batch;
      if (performance.now() - (failures.get(target.url) ?? -Infinity) < REST_MS) continue;
      const problem = await this.#deliver(target, JSON.stringify(otlpJson(target.resource, spans)));
      if (problem === "") continue;
      failures.set(target.url, performance.now());
      failed(problem);
    }
  }

  /** @returns "" or why it was not taken */
  async #deliver({ url, headers, timeoutMs }: SpanTarget, body: string): Promise<string> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]);
    for (let attempt = 1;; attempt++) {
      try {
        const answer = await fetch(url, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body,
          redirect: "error",
          signal,
        });
        await answer.body?.cancel();
        if (answer.ok) return "";
        if (attempt === ATTEMPTS || !PASSING.includes(answer.status)) return `it answers ${answer.status}`;
      } catch (error) {
        if (attempt === ATTEMPTS || signal.aborted) return messageOf(error);
      }
      await pause(AGAIN_MS);
    }
  }
}
