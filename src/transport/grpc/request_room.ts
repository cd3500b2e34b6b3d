/** Bounds what requests hold that have not come completely: who sends slowly gives way to who does not. */
import type { Grpc } from "./grpc_js.ts";

/** Of all of them together. */
const MAX_BYTES = 64 << 20;
/** What one costs before any of it has come. */
const EMPTY_BYTES = 4096;
/** ENHANCE_YOUR_CALM of HTTP/2, which callers read as `resource_exhausted`. */
const CALM = 11;

/** The stream below a call, which the library does not show. */
interface RequestStream {
  on(event: "data", listener: (chunk: Uint8Array) => void): void;
  once(event: "close", listener: () => void): void;
  close(code: number): void;
}

interface Coming {
  bytes: number;
  readonly stream: RequestStream;
}

/** @param most bytes; with more, the calls that began first are cut off */
export function requestRoom(grpc: typeof Grpc, most = MAX_BYTES): Grpc.ServerInterceptor {
  /** Those that began first stand first. */
  const all = new Set<Coming>();
  let held = 0;
  const leave = (one: Coming) => {
    if (all.delete(one)) held -= one.bytes;
  };
  const hold = (one: Coming, bytes: number) => {
    if (!all.has(one)) return;
    one.bytes += bytes;
    held += bytes;
    while (held > most) {
      const [first] = all;
      leave(first!);
      first!.stream.close(CALM);
    }
  };
  return (_method, call) => {
    const { stream } = call as unknown as { readonly stream: RequestStream };
    const one: Coming = { bytes: 0, stream };
    all.add(one);
    hold(one, EMPTY_BYTES);
    stream.on("data", (chunk) => hold(one, chunk.length));
    stream.once("close", () => leave(one));
    return new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMessage: (message, next) => {
            leave(one);
            next(message);
          },
        }),
    });
  };
}
