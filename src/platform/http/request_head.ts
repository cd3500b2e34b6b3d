/**
 * Reads the head of an HTTP/1 request (RFC 9112), and strictly: what two readers could understand in two ways is
 * refused, so that no program before this one sees other requests than we do.
 */

/** How the body of a request is delimited: by a number of bytes, or in chunks. */
export type BodyLength = number | "chunked";

export interface RequestHead {
  readonly method: string;
  /** A path with its query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: BodyLength;
  /** The client wants to be told before it sends the body. */
  readonly expectsContinue: boolean;
  /** Further requests may come on the same connection. */
  readonly keepsAlive: boolean;
  /** Answers may come in chunks: not so for HTTP/1.0. */
  readonly takesChunks: boolean;
}

/** A head that is refused, with the status that says so. */
export class BadHead extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`Bad request head: ${status}`);
    this.status = status;
  }
}

const MAX_HEADERS = 100;
const REQUEST_LINE = /^([A-Z]{1,20}) ([\x21-\x7e]+) HTTP\/(\d\.\d)$/;
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/**
 * @param text all up to the empty line, one character a byte
 * @throws BadHead
 */
export function parseHead(text: string): RequestHead {
  const lines = text.split("\r\n");
  const start = REQUEST_LINE.exec(lines[0]!);
  if (!start) throw new BadHead(400);
  const [, method, target, version] = start as unknown as [string, string, string, string];
  if (version !== "1.1" && version !== "1.0") throw new BadHead(400);
  if (!target.startsWith("/")) throw new BadHead(400);
  if (lines.length - 1 > MAX_HEADERS) throw new BadHead(431);
  const headers: [string, string][] = [];
  const single = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const match = HEADER.exec(line);
    if (!match) throw new BadHead(400);
    const name = match[1]!.toLowerCase();
    if (ONCE.has(name) && single.has(name)) throw new BadHead(400);
    single.set(name, match[2]!);
    headers.push([name, match[2]!]);
  }
  const modern = version === "1.1";
  if (modern && !single.has("host")) throw new BadHead(400);
  const connection = (single.get("connection") ?? "").toLowerCase().split(",").map((word) => word.trim());
  const expect = single.get("expect")?.toLowerCase();
  if (expect !== undefined && expect !== "100-continue") throw new BadHead(417);
  return {
    method,
    target,
    headers,
    body: bodyLength(single, modern),
    expectsContinue: expect !== undefined && modern,
    keepsAlive: modern ? !connection.includes("close") : connection.includes("keep-alive"),
    takesChunks: modern,
  };
}

/** Headers that would contradict themselves. */
const ONCE = /* @__PURE__ */ new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "expect",
  "content-type",
]);

function bodyLength(headers: ReadonlyMap<string, string>, modern: boolean): BodyLength {
  const length = headers.get("content-length");
  const coding = headers.get("transfer-encoding");
  if (coding !== undefined) {
    if (length !== undefined || !modern) throw new BadHead(400);
    if (coding.toLowerCase() !== "chunked") throw new BadHead(400);
    return "chunked";
  }
  if (length === undefined) return 0;
  if (!/^\d{1,15}$/.test(length)) throw new BadHead(400);
  return Number(length);
}
