/** Bytes over a connection of one's own. */
import { bytesOf, charsOf } from "../target.ts";

/** The other side has to be done by then. */
const LIMIT_MS = 8000;
/** What is kept of an answer. */
const MAX_ANSWER = 4 << 20;

/**
 * Sends the pieces one after the other and says that nothing follows.
 * @returns all that comes back until the other side ends, or a stream of events begins; a character a byte
 */
export async function exchange(port: number, pieces: readonly string[]): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const answer = received(conn);
  try {
    for (const piece of pieces) await sendAll(conn, bytesOf(piece));
    await conn.closeWrite();
  } catch {
    // It has heard enough.
  }
  const { promise, reject } = Promise.withResolvers<never>();
  const limit = setTimeout(() => reject(new Error(`No end of the answer within ${LIMIT_MS} ms`)), LIMIT_MS);
  return await Promise.race([answer, promise]).finally(() => clearTimeout(limit));
}

export async function sendAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

async function received(conn: Deno.Conn): Promise<string> {
  const parts: string[] = [];
  const buffer = new Uint8Array(64 * 1024);
  for (let size = 0; size < MAX_ANSWER;) {
    const count = await conn.read(buffer).catch(() => null);
    if (count === null) break;
    size += count;
    parts.push(charsOf(buffer.subarray(0, count)));
    // It has no end, and nobody waits for one who still owes a body.
    if (parts.at(-1)!.includes("content-type: text/event-stream")) break;
  }
  return parts.join("");
}
