/** Time. Everything that waits or looks at a clock does it through this port, so that tests can drive it. */
export interface Clock {
  /** Wall time, Unix milliseconds: for records and names, never for deciding who is alive. */
  now(): number;
  /** Milliseconds of a clock that never jumps. */
  monotonic(): number;
  /** Resolves after `ms`; resolves early (never rejects) when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * As {@link Clock.sleep}, for what is done regularly: may resolve up to 4 s sooner, so that such waits end together
   * and wake the process once.
   */
  rest(ms: number, signal?: AbortSignal): Promise<void>;
}
