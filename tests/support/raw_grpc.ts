/** Calls of gRPC put together by hand: what no client of a library would send. */
import http2 from "node:http2";
import { Buffer } from "node:buffer";
import { guardHttp2 } from "../../src/platform/http/http2_guard.ts";
import { COORDINATOR } from "../../src/transport/grpc/methods.ts";

/** How a call ended: its gRPC status, or -1 with the code of HTTP/2 by which it was cut off. */
export interface RawEnd {
  readonly status: number;
  readonly message: string;
  readonly cutBy: number;
}

export interface RawCall {
  /** Resolves when the other side has ended it. */
  readonly ended: Promise<RawEnd>;
}

/** A message as it is sent: flag, length, bytes. @param says length in place of the true one */
export function framed(body: Uint8Array, says = body.length, flag = 0): Uint8Array {
  const bytes = new Uint8Array(5 + body.length);
  bytes[0] = flag;
  new DataView(bytes.buffer).setUint32(1, says);
  bytes.set(body, 5);
  return bytes;
}

export class RawConnection implements Disposable {
  readonly #session: http2.ClientHttp2Session;

  private constructor(session: http2.ClientHttp2Session) {
    this.#session = session;
  }

  static async open(port: number): Promise<RawConnection> {
    guardHttp2();
    const session = http2.connect(`http://127.0.0.1:${port}`);
    session.on("error", () => {});
    await new Promise<void>((resolve) => session.once("connect", () => resolve()));
    return new RawConnection(session);
  }

  get isOpen(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }

  /** @param finish false leaves the request open */
  call(
    method: string,
    bytes: Uint8Array,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly finish?: boolean } = {},
  ): RawCall {
    const { headers = {}, finish = true } = options;
    const stream = this.#session.request({
      ":method": "POST",
      ":path": `/${COORDINATOR}/${method}`,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    let status = -1;
    let message = "";
    const read = (told: http2.IncomingHttpHeaders) => {
      if (told["grpc-status"] === undefined) return;
      status = Number(told["grpc-status"]);
      message = decodeURIComponent(String(told["grpc-message"] ?? ""));
    };
    stream.on("response", read);
    stream.on("trailers", read);
    stream.on("error", () => {});
    stream.resume();
    const ended = new Promise<RawEnd>((resolve) =>
      stream.once("close", () => resolve({ status, message, cutBy: stream.rstCode ?? 0 }))
    );
    if (finish) stream.end(Buffer.from(bytes));
    else stream.write(Buffer.from(bytes));
    return { ended };
  }

  /** Begins a call and takes it back at once. */
  reset(method: string): void {
    this.#session.request({ ":method": "POST", ":path": `/${COORDINATOR}/${method}` })
      .on("error", () => {}).close(8);
  }

  [Symbol.dispose](): void {
    this.#session.destroy();
  }
}
