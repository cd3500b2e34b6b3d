/** Time. Everything that waits or looks at a clock does it through this port, so that tests can drive it. */
export interface Clock {
  /** Wall time, Unix milliseconds: for records and names, never for deciding who is alive. */
  now(): number;
  /** Milliseconds of a clock that never jumps. */
  monotonic(): number;
  /** Resolves after `ms`; resolves early (never rejects) when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
