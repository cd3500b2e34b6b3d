/** Reads the header with which a server asks to be left alone for a while. */

/** @param now Unix milliseconds. @returns milliseconds to wait; 0 when the value says nothing of use. */
export function retryAfterMs(value: string, now: number): number {
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
