/** Reads the body of a request: bounded in size, depth, number of values and time before anything is made of it. */
import { startTimer } from "../../../platform/time/timer.ts";
import { ApiError, badRequest } from "./api_error.ts";

export interface BodyLimits {
  /** Bytes. */
  readonly size: number;
  /** Lists and objects inside of each other. */
  readonly depth: number;
  /** Commas, which is about the number of values. */
  readonly values: number;
  /** For the whole body, in milliseconds. */
  readonly timeMs: number;
}

const BODY_LIMITS: BodyLimits = { size: 1024 * 1024, depth: 64, values: 100_000, timeMs: 30_000 };

/**
 * The JSON value of a body; undefined when there is none.
 * @throws ApiError for a body that is too large, too deep, too slow, of another type or no JSON
 */
export async function readJson(request: Request, limits: BodyLimits = BODY_LIMITS): Promise<unknown> {
  const bytes = await readBytes(request, limits);
  if (bytes.length === 0) return undefined;
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0].trim().toLowerCase();
  if (type !== "application/json") {
    throw new ApiError(
      415,
      "unsupported_media_type",
      `Cannot read a body of type "${type}": expected application/json`,
    );
  }
  checkNesting(bytes, limits);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw badRequest("Cannot read the body: it is not valid JSON");
  }
}

async function readBytes(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const tooLarge = () =>
    new ApiError(413, "too_large", `Cannot read the body: at most ${limits.size} bytes are allowed`);
  if (Number(request.headers.get("content-length") ?? 0) > limits.size) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  let late = false;
  const forget = startTimer(limits.timeMs, () => {
    late = true;
    reader.cancel().catch(() => {});
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw new ApiError(408, "request_timeout", "Cannot read the body: it took too long");
      if (done) break;
      size += value.length;
      if (size > limits.size) throw tooLarge();
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof ApiError) throw error;
    throw badRequest("Cannot read the body: the connection ended");
  } finally {
    forget();
  }
  return chunks.length === 1 ? chunks[0] : joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];

/** A parser would follow the brackets as deep as they go: they are counted first. */
function checkNesting(bytes: Uint8Array, limits: BodyLimits): void {
  let depth = 0;
  let commas = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (OPEN.includes(byte)) {
      if (++depth > limits.depth) throw badRequest(`Cannot read the body: it is deeper than ${limits.depth}`);
    } else if (CLOSE.includes(byte)) depth--;
    else if (byte === COMMA && ++commas > limits.values) {
      throw badRequest(`Cannot read the body: it has more than ${limits.values} values`);
    }
  }
}
