/** Where a piece of work stands in a trace, as it is handed on in `TRACEPARENT`: https://www.w3.org/TR/trace-context/ */

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** What `TRACESTATE` says; "" for nothing. */
  readonly state: string;
}

const LONGEST_STATE = 512;

/** null for a text that is none. Unknown later versions are read as far as this one goes. */
export function parseTraceParent(text: string, state = ""): TraceContext | null {
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-|$)/.exec(
    text,
  );
  if (!match) return null;
  const usable = state.length <= LONGEST_STATE && /^[\x20-\x7e]*$/.test(state);
  return { traceId: match[1]!, spanId: match[2]!, state: usable ? state : "" };
}

/** The value of `TRACEPARENT`: recorded, for what is not recorded is not handed on. */
export function traceParentText({ traceId, spanId }: TraceContext): string {
  return `00-${traceId}-${spanId}-01`;
}
