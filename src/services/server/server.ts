/** The server: listens, hands requests to the API, ends in good order. */
import { DaguError } from "../../core/errors.ts";
import { type HttpServer, serveHttp } from "../../platform/http_server.ts";
import { startTimer } from "../../platform/timer.ts";
import { allRoutes } from "./all_routes.ts";
import type { ServerContext } from "./context.ts";
import { everybodyIsAdmin, isLoopback, LOOPBACK_HOSTS, makeGuard } from "./guard.ts";
import { dispatcher, type Served } from "./http/dispatch.ts";
import type { Switch } from "./http/route.ts";

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Path below which everything stands: "" or `/x`. */
  readonly basePath: string;
  /** Path of the API below that. */
  readonly apiBasePath: string;
  readonly publicMetrics: boolean;
  readonly switches: Readonly<Record<Switch, boolean>>;
  readonly onServed: (served: Served) => void;
  readonly onDefect: (error: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  /** Takes no further requests and answers those at hand, for a few seconds at most. */
  close(): Promise<void>;
}

/** Requests that are not answered this long after the end began are cut off. */
const GRACE_MS = 5000;

/** @throws DaguError when the address cannot be had, or must not be served without a login */
export function startServer(context: ServerContext, options: ServerOptions): RunningServer {
  if (!isLoopback(options.host)) {
    throw new DaguError(
      `Cannot listen on "${options.host}": without a login only this machine may reach the server, as with 127.0.0.1`,
    );
  }
  const base = options.basePath + options.apiBasePath;
  const handler = dispatcher({
    base,
    routes: allRoutes(context, { base, publicMetrics: options.publicMetrics }),
    guard: makeGuard([options.host, ...LOOPBACK_HOSTS], everybodyIsAdmin),
    switches: options.switches,
    remote: () => null,
    onServed: options.onServed,
    onDefect: options.onDefect,
  });
  const server = serveHttp({ host: options.host, port: options.port, handler, onError: options.onDefect });
  return { port: server.port, close: () => closeWithin(server, GRACE_MS) };
}

async function closeWithin(server: HttpServer, ms: number): Promise<void> {
  const cut = new AbortController();
  const forget = startTimer(ms, () => cut.abort());
  try {
    await server.close(cut.signal);
  } finally {
    forget();
  }
}
