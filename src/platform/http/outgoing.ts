/** Writes answers to a connection. */
import type { Prepared } from "./prepared.ts";

/** What bytes go to. */
export interface ByteSink {
  /** @returns how many were taken */
  write(bytes: Uint8Array): Promise<number>;
}

export interface AnswerTo {
  /** Answers may come in chunks. */
  readonly takesChunks: boolean;
  /** Nothing follows on this connection. */
  readonly last: boolean;
  /** Aborted when nobody is there any more to take the answer. */
  readonly gone: () => AbortSignal;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Head and content of this size go out together. */
const SMALL = 16 * 1024;

const encoder = /* @__PURE__ */ new TextEncoder();
const LAST_CHUNK = /* @__PURE__ */ encoder.encode("0\r\n\r\n");

/**
 * @returns false when the end of the answer is the end of the connection
 * @throws when the connection is gone, or what makes the answer fails on the way
 */
export async function sendAnswer(
  sink: ByteSink,
  { status, headers, content }: Prepared,
  to: AnswerTo,
): Promise<boolean> {
  if (content instanceof ReadableStream) {
    const last = to.last || !to.takesChunks;
    const framing = to.takesChunks ? [["transfer-encoding", "chunked"] as const] : [];
    const head = headBytes(status, [...headers, ...framing], last);
    await sendStream(sink, head, content, to.takesChunks, to.gone());
    return !last;
  }
  const head = headBytes(status, headers, to.last);
  if (content) await writeTogether(sink, head, content);
  else await writeAll(sink, head);
  return !to.last;
}

/** Whole and without a body, for who is refused before there is a request. */
export async function sendRefusal(sink: ByteSink, status: number): Promise<void> {
  await writeAll(sink, headBytes(status, [["content-length", "0"]], true));
}

export async function sendContinue(sink: ByteSink): Promise<void> {
  await writeAll(sink, encoder.encode("HTTP/1.1 100 Continue\r\n\r\n"));
}

async function sendStream(
  sink: ByteSink,
  head: Bytes,
  stream: ReadableStream<Uint8Array>,
  chunked: boolean,
  gone: AbortSignal,
): Promise<void> {
  const reader = stream.getReader();
  gone.addEventListener("abort", () => reader.cancel().catch(() => {}));
  try {
    await writeAll(sink, head);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length > 0) await writeAll(sink, chunked ? chunkOf(value) : value);
    }
    if (chunked) await writeAll(sink, LAST_CHUNK);
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  }
}

function headBytes(status: number, headers: Prepared["headers"], last: boolean): Bytes {
  let text = `HTTP/1.1 ${status} ${REASONS[status] ?? "Status"}\r\n`;
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  text += `date: ${new Date().toUTCString()}\r\n${last ? "connection: close\r\n" : ""}\r\n`;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function chunkOf(value: Uint8Array): Bytes {
  const size = encoder.encode(`${value.length.toString(16)}\r\n`);
  const bytes = new Uint8Array(size.length + value.length + 2);
  bytes.set(size);
  bytes.set(value, size.length);
  bytes.set([13, 10], size.length + value.length);
  return bytes;
}

async function writeTogether(sink: ByteSink, head: Bytes, content: Bytes): Promise<void> {
  if (content.length > SMALL) {
    await writeAll(sink, head);
    return await writeAll(sink, content);
  }
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  await writeAll(sink, bytes);
}

async function writeAll(sink: ByteSink, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += await sink.write(at === 0 ? bytes : bytes.subarray(at));
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  302: "Found",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  417: "Expectation Failed",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};
