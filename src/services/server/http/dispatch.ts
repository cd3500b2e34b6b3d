/** Takes a request through guard, checks and handler to its answer. */
import { type Context, Hono } from "hono";
import type { Client } from "../../../platform/http/handler.ts";
import { DaguError, messageOf, TakenError } from "../../../core/errors.ts";
import type { Confine } from "../access/confine.ts";
import type { RemoteCall } from "../remote/remote_nodes.ts";
import { tooMany } from "../auth/refusals.ts";
import { checkRole, type Guard, type Principal, type Role } from "../access/guard.ts";
import { keep, type KeptAnswer, send, sendError, sendKept } from "./answers.ts";
import { ApiError, badRequest, forbidden, notFound } from "./api_error.ts";
import { readJson } from "./body.ts";
import { checkValue } from "./check.ts";
import { KeptAnswers } from "./kept_answers.ts";
import type { Pace } from "./pace.ts";
import { readPath, readQuery } from "./query.ts";
import type { Call, Route, Switch } from "./route.ts";

/** What is told about a request when it is done. */
export interface Served {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly user: string;
  /** Address that the request came from. */
  readonly client: string;
  /** Method and path as the route declares it. */
  readonly action: string;
  /** The request may have changed something. */
  readonly unsafe: boolean;
  readonly ms: number;
}

export interface DispatchOptions {
  /** Path below which the routes stand, e.g. `/api/v2`. */
  readonly base: string;
  readonly routes: readonly Route[];
  readonly guard: Guard;
  readonly confine: Confine;
  readonly switches: Readonly<Record<Switch, boolean>>;
  /** Asks another server; null for a name that is none. */
  readonly remote: (node: string, call: RemoteCall) => Promise<Response> | null;
  /** How often somebody may begin a run. */
  readonly pace: Pace;
  readonly onServed: (served: Served) => void;
  /** Told of everything that no client can be blamed for. */
  readonly onDefect: (error: unknown, request: Request) => void;
}

/** A handler as `platform/http/handler.ts` takes it. */
export type Handler = (request: Request, client: Client) => Response | Promise<Response>;

type Bindings = { Bindings: Client };

export function dispatcher(options: DispatchOptions): Handler {
  const app = new Hono<Bindings>({ strict: true });
  const kept = new KeptAnswers();
  for (const route of options.routes) {
    const path = options.base + route.at.replace(/\{(\w+)\}/g, ":$1");
    app.on(route.method.toUpperCase(), path, (context) => serve(context, route, options, kept));
  }
  const methodsAt = methodsOf(options);
  app.notFound((context) => refuse(context, options, nothingThere(context, methodsAt(context.req.path))));
  app.onError((error, context) => refuse(context, options, asApiError(error, context.req.raw, options)));
  return (request, client) => app.fetch(request, client);
}

/** Methods that an address has routes for. */
function methodsOf({ base, routes }: DispatchOptions): (path: string) => string[] {
  const known = routes.map((route) => ({
    method: route.method.toUpperCase(),
    address: new RegExp(
      `^${RegExp.escape(base)}${route.at.split(/\{\w+\}/).map(RegExp.escape).join("[^/]+")}$`,
    ),
  }));
  return (
    path,
  ) => [...new Set(known.filter(({ address }) => address.test(path)).map(({ method }) => method))];
}

function nothingThere(context: Context, methods: readonly string[]): ApiError {
  if (methods.length === 0) return notFound(`There is nothing at ${pathOf(context)}`);
  const allow = methods.toSorted().join(", ");
  const message = `${context.req.method.slice(0, 20)} is not for ${pathOf(context)}: it takes ${allow}`;
  return new ApiError(405, "method_not_allowed", message, null, { allow });
}

async function serve(
  context: Context<Bindings>,
  route: Route,
  options: DispatchOptions,
  kept: KeptAnswers,
): Promise<Response> {
  const start = performance.now();
  const request = context.req.raw;
  let user = "";
  let response: Response;
  try {
    const principal = await options.guard(request, context.env.address, route);
    user = principal.name;
    checkRole(principal, route.role);
    response = await answer(context, route, options, kept, principal);
  } catch (error) {
    response = sendError(asApiError(error, request, options));
  }
  const node = nodeOf(request);
  options.onServed({
    method: request.method,
    path: pathOf(context) + (node === "" ? "" : ` on ${node.slice(0, 60)}`),
    status: response.status,
    user,
    client: context.env.address,
    action: `${request.method} ${route.at}`,
    unsafe: route.unsafe,
    ms: performance.now() - start,
  });
  return response;
}

async function answer(
  context: Context<Bindings>,
  route: Route,
  options: DispatchOptions,
  kept: KeptAnswers,
  principal: Principal,
): Promise<Response> {
  const request = context.req.raw;
  checkSwitches(route, options);
  const { searchParams } = new URL(request.url);
  searchParams.delete(NODE);
  const path = readPath(route.path, context.req.param() as Record<string, string>);
  const node = nodeOf(request);
  if (node !== "") {
    if (!mayAskOthers(route, principal)) throw forbidden("Other servers cannot be asked for this");
    return await askOther(context, route, options, node, principal.role);
  }
  if (route.begins) checkPace(options.pace, context, principal);
  if (route.role !== "public") await options.confine(principal, route.unsafe, path);
  const query = readQuery(route.query, searchParams);
  const version = route.method === "get" ? route.version() : "";
  const address = version === ""
    ? ""
    : `${JSON.stringify(principal.dags)} ${context.req.path}?${searchParams}`;
  const known = version === "" ? null : kept.get(address, version) ?? kept.coming(address, version);
  // Nothing is awaited when nobody makes it: of many that ask at once, the others have to see the first.
  const ready = known && await known;
  if (ready) return sendKept(request, ready);
  const body = route.body ? await readBody(request, route) : undefined;
  const call: Call<unknown, unknown, unknown> = {
    path,
    query,
    body,
    principal,
    client: context.env.address,
    stillIn: () => mayStill(context, route, options.guard),
    gone: context.env.gone,
    headers: request.headers,
  };
  const tell = version === "" ? () => {} : kept.begin(address, version);
  let forOthers: KeptAnswer | null = null;
  try {
    const result = await route.handle(call);
    if (!("json" in result)) return send(result);
    const made = await keep(result.status ?? 200, result.json);
    if (made.status === 200 && !result.passing) forOthers = made;
    return sendKept(request, made, result.headers);
  } finally {
    tell(forOthers);
  }
}

function checkSwitches({ switches }: Route, options: DispatchOptions): void {
  const off = switches.find((name) => !options.switches[name]);
  if (off) throw forbidden(`Permission denied: the setting permissions.${off} of this server is off`);
}

/** Strangers, who may hold the token of a webhook, are told apart by where they come from. */
function checkPace(pace: Pace, { env, req }: Context<Bindings>, { name }: Principal): void {
  const ms = pace.take(name || `${env.address} ${req.path}`, performance.now());
  if (ms > 0) throw tooMany("Cannot begin so many runs in so short a time", ms);
}

/** Other servers are asked in this one's name: only for those who are known, and kept to no DAGs of this one. */
function mayAskOthers({ role }: Route, { dags }: Principal): boolean {
  return role !== "public" && role !== "anyone" && dags === null;
}

/** Parameter that names another server. */
const NODE = "remoteNode";

/** Name of the server that is meant; "" for this one. */
function nodeOf(request: Request): string {
  const node = new URL(request.url).searchParams.get(NODE) ?? "";
  return node === "local" ? "" : node;
}

async function askOther(
  context: Context<Bindings>,
  route: Route,
  options: DispatchOptions,
  node: string,
  role: Role,
): Promise<Response> {
  const request = context.req.raw;
  const { pathname, searchParams } = new URL(request.url);
  searchParams.delete(NODE);
  const query = searchParams.size > 0 ? `?${searchParams}` : "";
  const body = route.body ? await readJson(request) : undefined;
  const asked = options.remote(node, {
    method: request.method,
    role,
    path: pathname.slice(options.base.length) + query,
    headers: request.headers,
    body: body === undefined ? null : JSON.stringify(body),
    gone: context.env.gone(),
    stillIn: () => mayStill(context, route, options.guard),
  });
  if (!asked) throw badRequest(`The remote node "${node.slice(0, 60)}" is not known`);
  return await asked;
}

async function mayStill(context: Context<Bindings>, route: Route, guard: Guard): Promise<boolean> {
  try {
    checkRole(await guard(context.req.raw, context.env.address, route), route.role);
    return true;
  } catch {
    return false;
  }
}

async function readBody(request: Request, route: Route): Promise<unknown> {
  let body = await readJson(request);
  if (body === undefined) {
    if (!route.bodyOptional) throw badRequest("Cannot go on without a body: a JSON object is needed");
    body = {};
  }
  const problem = checkValue(route.body!.json, body);
  if (problem !== "") throw badRequest(`Invalid body: ${problem}`);
  return body;
}

async function refuse(
  context: Context<Bindings>,
  options: DispatchOptions,
  error: ApiError,
): Promise<Response> {
  try {
    await options.guard(context.req.raw, context.env.address, { role: "public", unsafe: false });
    return sendError(error);
  } catch (refusal) {
    return sendError(asApiError(refusal, context.req.raw, options));
  }
}

function asApiError(error: unknown, request: Request, options: DispatchOptions): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TakenError) return new ApiError(409, "already_exists", messageOf(error));
  if (error instanceof DaguError) return badRequest(messageOf(error));
  options.onDefect(error, request);
  return new ApiError(500, "internal_error", "The server could not do this; its log says why");
}

function pathOf(context: Context<Bindings>): string {
  return context.req.path.slice(0, 200);
}
