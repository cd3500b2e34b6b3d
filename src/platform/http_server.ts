/** Listens for HTTP. */
import { DaguError } from "../core/errors.ts";

/** The other side of a request. */
export interface Client {
  /** Without a port. */
  readonly address: string;
  /** A signal that is aborted when it went away before the answer was delivered. */
  readonly gone: () => AbortSignal;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly handler: (request: Request, client: Client) => Response | Promise<Response>;
  /** Told of errors that no answer could be made of. */
  readonly onError: (error: unknown) => void;
}

export interface HttpServer {
  readonly port: number;
  /** Takes no further requests; resolves when those at hand are answered, or at once when the signal is aborted. */
  close(signal?: AbortSignal): Promise<void>;
}

/** Bodies of more than a few bytes are compressed for clients that accept it. @throws DaguError when the address cannot be had. */
export function serveHttp(options: HttpServerOptions): HttpServer {
  const ending = new AbortController();
  try {
    const server = Deno.serve({
      hostname: options.host.replace(/^\[(.*)\]$/, "$1"),
      port: options.port,
      signal: ending.signal,
      automaticCompression: true,
      onListen: () => {},
      onError: (error) => {
        options.onError(error);
        return new Response(null, { status: 500 });
      },
    }, (request, info) => options.handler(request, clientOf(info)));
    return {
      port: (server.addr as Deno.NetAddr).port,
      close: async (signal) => {
        const cut = () => ending.abort();
        if (signal?.aborted) cut();
        signal?.addEventListener("abort", cut);
        await server.shutdown();
        signal?.removeEventListener("abort", cut);
      },
    };
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new DaguError(
        `Cannot listen on ${options.host}:${options.port}: another program does; choose another --port`,
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.AddrNotAvailable || error instanceof Deno.errors.PermissionDenied) {
      throw new DaguError(`Cannot listen on ${options.host}:${options.port}: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

function clientOf(info: Deno.ServeHandlerInfo): Client {
  return {
    address: (info.remoteAddr as Deno.NetAddr).hostname,
    gone: () => {
      const gone = new AbortController();
      info.completed.catch(() => gone.abort());
      return gone.signal;
    },
  };
}
