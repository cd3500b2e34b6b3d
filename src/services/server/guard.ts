/** Who may do what: every request passes here before anything is done for it. */
import { ApiError, forbidden } from "./http/api_error.ts";

export const ROLES = ["viewer", "operator", "developer", "manager", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** What a route asks for; "public" is for everybody. */
export type NeededRole = Role | "public";

/** Somebody who was let in. */
export interface Principal {
  /** Name for logs and records. */
  readonly name: string;
  readonly role: Role;
  /** File names of the definitions that it may see and touch; null for all. */
  readonly dags: readonly string[] | null;
}

/** Tells who sends a request. @throws ApiError with status 401 when nobody can be told, 429 after too many tries */
export type Authenticate = (request: Request, client: string) => Promise<Principal>;

/** Without a login everybody who reaches the server may do everything: it has to listen on the loopback only. */
export const everybodyIsAdmin: Authenticate = () =>
  Promise.resolve({ name: "local", role: "admin", dags: null });

/** A guard is asked once for each request. @throws ApiError that says why the request is refused */
export type Guard = (request: Request, client: string, rule: GuardRule) => Promise<Principal>;

export interface GuardRule {
  readonly role: NeededRole;
  /** The request changes something, whatever its method. */
  readonly unsafe: boolean;
}

const NOBODY: Principal = { name: "", role: "viewer", dags: [] };

/** @param hosts names under which the server may be addressed, without ports */
export function makeGuard(hosts: readonly string[], authenticate: Authenticate): Guard {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return async (request, client, rule) => {
    checkHost(request, allowed);
    if (rule.unsafe) checkSameSite(request);
    if (rule.role === "public") return NOBODY;
    const principal = await authenticate(request, client);
    if (ROLES.indexOf(principal.role) < ROLES.indexOf(rule.role)) {
      throw new ApiError(403, "auth.forbidden", `Insufficient permissions: the role ${rule.role} is needed`);
    }
    return principal;
  };
}

/** Names that mean this machine. */
export const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"] as const;

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A page whose name was pointed at this machine by its own name server asks for that name. */
function checkHost(request: Request, allowed: ReadonlySet<string>): void {
  const host = (request.headers.get("host") ?? "").toLowerCase();
  const name = host.replace(/:\d+$/, "");
  if (!allowed.has(name)) throw forbidden(`The host "${name.slice(0, 100)}" is not one of this server`);
}

/** Other sites must not change anything, whatever rights the person in front of the browser has. */
function checkSameSite(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) {
    if (site === "same-origin" || site === "none") return;
    throw forbidden(`A request from another site (${site.slice(0, 20)}) must not change anything`);
  }
  const origin = request.headers.get("origin");
  if (origin === null) return;
  if (hostOf(origin) !== (request.headers.get("host") ?? "").toLowerCase()) {
    throw forbidden(`A request from "${origin.slice(0, 100)}" must not change anything`);
  }
}

function hostOf(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return "";
  }
}
