/** The server: listens, hands requests to the API, ends in good order. */
import { type HttpServer, serveHttp } from "../../platform/http/http_server.ts";
import { serveHttps, type TlsFiles } from "../../platform/http/https_server.ts";
import { startTimer } from "../../platform/time/timer.ts";
import { readWebFiles } from "../../platform/bundle/web_files.ts";
import { allRoutes } from "./all_routes.ts";
import type { ServerContext } from "./context.ts";
import type { Auth } from "./auth/auth.ts";
import { confineTo } from "./access/confine.ts";
import { type Authenticate, isLoopback, LOOPBACK_HOSTS, makeGuard } from "./access/guard.ts";
import { aliased } from "./http/alias.ts";
import { forwardedBy } from "./http/forwarded.ts";
import { dispatcher, type Handler, type Served } from "./http/dispatch.ts";
import { Pace } from "./http/pace.ts";
import type { Switch } from "./http/route.ts";
import type { RemoteNodes } from "./remote/remote_nodes.ts";
import { pageHandler } from "./page/page_handler.ts";

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Path below which everything stands: "" or `/x`. */
  readonly basePath: string;
  /** Path of the API below that. */
  readonly apiBasePath: string;
  /** The web page is served, too. */
  readonly withPage: boolean;
  /** Title of the web page. */
  readonly title: string;
  /** A colour of CSS that tells this server's page from others; "" for none. */
  readonly colour: string;
  readonly publicMetrics: boolean;
  readonly auth: Auth;
  readonly authenticate: Authenticate;
  /** Names under which the server may be addressed, beside its address. */
  readonly names: readonly string[];
  readonly behindProxy: boolean;
  /** null for plain HTTP. */
  readonly tls: TlsFiles | null;
  readonly switches: Readonly<Record<Switch, boolean>>;
  /** Other servers that may be asked through this one. */
  readonly remote: RemoteNodes;
  readonly onServed: (served: Served) => void;
  readonly onDefect: (error: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  /** Takes no further requests and answers those at hand, for a few seconds at most. */
  close(): Promise<void>;
}

/** Runs that one user may begin. */
const STARTS_AT_ONCE = 200;
const STARTS_PER_SECOND = 10;
/** Connections of one address that is not this machine's. */
const MAX_PER_ADDRESS = 200;
/** Requests that are not answered this long after the end began are cut off. */
const GRACE_MS = 5000;

/** @throws DaguError when the address or a certificate cannot be had */
export async function startServer(context: ServerContext, options: ServerOptions): Promise<RunningServer> {
  const base = options.basePath + options.apiBasePath;
  const guard = makeGuard({
    names: [options.host, ...options.names, ...LOOPBACK_HOSTS],
    anyAddress: !isLoopback(options.host),
  }, options.authenticate);
  const handler = dispatcher({
    base,
    routes: allRoutes(context, {
      base,
      publicMetrics: options.publicMetrics,
      auth: options.auth,
      home: `${options.basePath}/`,
      title: options.title,
      colour: options.colour,
      switches: options.switches,
    }),
    guard,
    confine: confineTo(context),
    switches: options.switches,
    remote: (node, call) => options.remote.ask(node, call),
    pace: new Pace(STARTS_AT_ONCE, STARTS_PER_SECOND),
    onServed: options.onServed,
    onDefect: options.onDefect,
  });
  const named = options.auth.people?.oidc
    ? aliased(handler, `${options.basePath}/oidc-callback`, `${base}/auth/oidc/callback`)
    : handler;
  const { basePath, title } = options;
  const pages = pageHandler({ basePath, api: base, title, guard, load: readWebFiles });
  const both: Handler = (request, client) => {
    const { pathname } = new URL(request.url);
    const forApi = pathname.startsWith(`${base}/`) || pathname === `${basePath}/oidc-callback`;
    return forApi || !options.withPage ? named(request, client) : pages(request, client);
  };
  const listen = {
    host: options.host,
    port: options.port,
    handler: options.behindProxy ? forwardedBy(both) : both,
    onError: options.onDefect,
    // All that comes through a program before this one comes from its address.
    perAddress: options.behindProxy ? Infinity : MAX_PER_ADDRESS,
  };
  const server = options.tls ? await serveHttps(listen, options.tls) : serveHttp(listen);
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
