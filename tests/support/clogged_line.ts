/** A way to a server on which each connection comes to a standstill once too much has gone there. */

export interface CloggedLine extends Disposable {
  readonly port: number;
  /** Resolves when a connection stands still. */
  readonly clogged: Promise<void>;
}

/** @param bytes that a connection takes on the way there; the way back stays free */
export function cloggedLine(server: number, bytes: number): CloggedLine {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>([]);
  const clogged = Promise.withResolvers<void>();
  const connect = async (near: Deno.Conn) => {
    const far = await Deno.connect({ hostname: "127.0.0.1", port: server });
    for (const end of [near, far]) open.add(end);
    let left = bytes;
    const narrow = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        left -= chunk.length;
        if (left >= 0) return controller.enqueue(chunk);
        clogged.resolve();
        return new Promise(() => {});
      },
    });
    near.readable.pipeThrough(narrow).pipeTo(far.writable).catch(() => {});
    far.readable.pipeTo(near.writable).catch(() => {});
  };
  (async () => {
    for await (const near of listener) await connect(near);
  })().catch(() => {});
  return {
    port: (listener.addr as Deno.NetAddr).port,
    clogged: clogged.promise,
    [Symbol.dispose]: () => {
      listener.close();
      for (const end of open) close(end);
    },
  };
}

function close(end: Deno.Conn): void {
  try {
    end.close();
  } catch {
    // Its other side has ended it.
  }
}
