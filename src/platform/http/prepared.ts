/** An answer as it goes out: compressed where that is worth it, with all headers but those of the connection. */
import { WholeResponse } from "./whole_response.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export interface Prepared {
  readonly status: number;
  /** A name may come several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Without `content-length` among the headers when it is a stream. */
  readonly content: Bytes | ReadableStream<Uint8Array> | null;
}

const COMPRESSIBLE = /^(application\/(json|yaml|javascript)|text\/(?!event-stream))/;
/** Shorter contents do not get shorter. */
const WORTH_COMPRESSING = 1024;

export async function prepare(request: Request, response: Response): Promise<Prepared> {
  const { status, body } = response;
  const headers: [string, string][] = [...response.headers];
  if (request.method === "HEAD" || status === 204 || status === 304) {
    await body?.cancel();
    return { status, headers, content: null };
  }
  const squeezed = isCompressible(request, response);
  if (body) {
    if (squeezed) sayGzip(headers);
    const content = squeezed ? body.pipeThrough(new CompressionStream("gzip")) : body;
    return { status, headers, content };
  }
  let content = response instanceof WholeResponse ? response.content : new Uint8Array();
  if (squeezed && content.length >= WORTH_COMPRESSING) {
    content = await gzip(content);
    sayGzip(headers);
  }
  headers.push(["content-length", String(content.length)]);
  return { status, headers, content };
}

function isCompressible(request: Request, { headers }: Response): boolean {
  return /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "") && !headers.has("content-encoding") &&
    COMPRESSIBLE.test(headers.get("content-type") ?? "");
}

/** The content is another one by then, so its mark is a weak one. */
function sayGzip(headers: [string, string][]): void {
  for (const header of headers) {
    if (header[0] === "etag" && header[1].startsWith('"')) header[1] = `W/${header[1]}`;
  }
  headers.push(["content-encoding", "gzip"], ["vary", "accept-encoding"]);
}

async function gzip(bytes: Bytes): Promise<Bytes> {
  return await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
}
