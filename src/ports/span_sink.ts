/** Takes finished pieces of work for a collector of traces. */

/** Where spans go. */
export interface SpanTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Attributes of what they come from. */
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface Span {
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** "" for one that nothing stands above. */
  readonly parentId: string;
  readonly state: string;
  readonly name: string;
  /** Unix milliseconds. */
  readonly begin: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** "ok", "failed" or "unset". */
  readonly outcome: "ok" | "failed" | "unset";
  /** What went wrong; "" when nothing did. */
  readonly error: string;
}

export interface SpanSink {
  /**
   * Sends spans in the background. What cannot be sent is lost.
   * @param failed told at most once, why
   */
  send(target: SpanTarget, spans: readonly Span[], failed: (why: string) => void): void;
}
