/** Standard streams and the terminal behind them. Writes are synchronous: nothing is left to flush at the end. */

export type Stream = "stdout" | "stderr";

const encoder = new TextEncoder();
const closed = { stdout: false, stderr: false };

/**
 * Writes all of a text. When the reader is gone (`dagu history | head`) the rest is dropped: a run must not end
 * because nobody looks at it.
 */
export function writeText(stream: Stream, text: string): void {
  if (closed[stream] || text === "") return;
  const bytes = encoder.encode(text);
  let from = 0;
  while (from < bytes.length) {
    try {
      from += Deno[stream].writeSync(from === 0 ? bytes : bytes.subarray(from));
    } catch (error) {
      if (error instanceof Deno.errors.WouldBlock || error instanceof Deno.errors.Interrupted) continue;
      closed[stream] = true;
      return;
    }
  }
}

export function isTerminal(stream: Stream): boolean {
  return Deno[stream].isTerminal();
}

/** Width and height of the terminal; 80 by 24 when there is none. */
export function terminalSize(): { readonly columns: number; readonly rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 };
  }
}

/** One line of standard input without its end; null when there is none any more. */
export async function readLine(): Promise<string | null> {
  const chunk = new Uint8Array(1);
  const bytes: number[] = [];
  while (bytes.length < 4096) {
    const count = await Deno.stdin.read(chunk);
    if (count === null && bytes.length === 0) return null;
    if (count === null || chunk[0] === 10) break;
    bytes.push(chunk[0]!);
  }
  return new TextDecoder().decode(new Uint8Array(bytes)).trimEnd();
}
