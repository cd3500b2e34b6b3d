/** Times and durations as people read them. */

/** `2026-11-22T22:57:29Z`, `2026-11-23T00:01:16+01:00`; with milliseconds on demand. "-" for 0. */
export function formatTime(ms: number, fraction = false): string {
  if (ms <= 0) return "-";
  const offset = -new Date(ms).getTimezoneOffset();
  const text = new Date(ms + offset * 60_000).toISOString();
  const zone = offset === 0
    ? "Z"
    : `${offset < 0 ? "-" : "+"}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
  return (fraction ? text.slice(0, 23) : text.slice(0, 19)) + zone;
}

/** `12ms`, `1.5s`, `2m 5s`, `1h 0m 3s`. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1000) return `${whole}ms`;
  if (whole < 60_000) return `${(Math.floor(whole / 100) / 10).toFixed(1)}s`;
  const seconds = Math.floor(whole / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${seconds % 60}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m ${seconds % 60}s`;
}

/** `512 B`, `1.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  for (const unit of ["kB", "MB", "GB"]) {
    value /= 1000;
    if (value < 999.95) return `${value.toFixed(1)} ${unit}`;
  }
  return `${(value / 1000).toFixed(1)} TB`;
}

/** `partially_succeeded` as `Partially Succeeded`. */
export function titleOf(status: string): string {
  return status.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}

/** The text of an error without the end of stderr that it may carry: that stands in the step's log. */
export function errorText(error: string): string {
  return error.split(/\n?recent stderr \(tail\):/, 1)[0]!.trimEnd();
}

/**
 * A line without escape sequences of terminals; other control characters are made visible, so that output of a
 * step cannot drive the terminal of who looks at it.
 */
export function plainLine(line: string): string {
  // deno-fmt-ignore
  const stripped = line.replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g, "");
  const shown = stripped.slice(stripped.replace(/\r+$/, "").lastIndexOf("\r") + 1).replace(/\r+$/, "");
  return shown.replace(
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    (c) =>
      c < "\u0100"
        ? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`
        : `\\u${c.charCodeAt(0).toString(16)}`,
  );
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
