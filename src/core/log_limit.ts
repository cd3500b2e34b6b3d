/** How large the log of a step may become. */

/** Bytes of each of its streams, unless the definition says otherwise. */
export const DEFAULT_LOG_SIZE = 104_857_600;

/** Stands behind the first `limit` bytes of a log that was longer. */
export function truncationNote(limit: number): string {
  return `\n[truncated: the log was longer than ${limit} bytes (maxLogSize)]\n`;
}
