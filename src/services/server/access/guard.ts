/** Who may do what: every request passes here before anything is done for it. */
import { isRole, reaches, type Role, ROLES } from "../../../core/access/role.ts";
import { ApiError, forbidden } from "../http/api_error.ts";

export { type Role, ROLES };

/**
 * What a route asks for. "public" is for everybody; "anyone" for whoever has logged in, also with a password that is
 * to be changed before anything else is done.
 */
export type NeededRole = Role | "public" | "anyone";

/** Somebody who was let in. */
export interface Principal {
  /** Name for logs and records. */
  readonly name: string;
  readonly role: Role;
  /** File names of the definitions that it may see and touch; null for all. */
  readonly dags: readonly string[] | null;
  /** Account of a person; absent for keys and where there are no accounts. */
  readonly userId?: string;
  /** It is an API key. */
  readonly isKey?: boolean;
  readonly mustChangePassword?: boolean;
  /** It did not say who it is: there is no login. */
  readonly unnamed?: boolean;
}

/** Tells who sends a request. @throws ApiError with status 401 when nobody can be told, 429 after too many tries */
export type Authenticate = (request: Request, client: string) => Promise<Principal>;

/** Without a login everybody who reaches the server may do everything: it has to listen on the loopback only. */
export const everybodyIsAdmin: Authenticate = () =>
  Promise.resolve({ name: "local", role: "admin", dags: null, unnamed: true });

/** Lets a request in; {@link checkRole} comes after it. @throws ApiError that says why the request is refused */
export type Guard = (request: Request, client: string, rule: GuardRule) => Promise<Principal>;

export interface GuardRule {
  readonly role: NeededRole;
  /** The request changes something, whatever its method. */
  readonly unsafe: boolean;
}

/** Names the role of those for whom another server asks. */
export const ROLE_HEADER = "x-dagu-role";

const NOBODY: Principal = { name: "", role: "viewer", dags: [] };

export interface HostRule {
  /** Names under which the server may be addressed, without ports. */
  readonly names: readonly string[];
  /** Any address of digits may be used as well: no foreign name can be one. */
  readonly anyAddress: boolean;
}

export function makeGuard({ names, anyAddress }: HostRule, authenticate: Authenticate): Guard {
  const allowed = new Set(names.map((host) => host.toLowerCase()));
  const isAllowed = (name: string) => allowed.has(name) || anyAddress && isAddress(name);
  return async (request, client, rule) => {
    checkHost(request, isAllowed);
    if (rule.unsafe) checkSameSite(request);
    if (rule.role === "public") return NOBODY;
    return lowered(await authenticate(request, client), request.headers.get(ROLE_HEADER));
  };
}

/** Whoever asks for somebody else may say so: what that one may not do is not done. */
function lowered(principal: Principal, role: string | null): Principal {
  return isRole(role) && reaches(principal.role, role) ? { ...principal, role } : principal;
}

/** @throws ApiError 403 for who may not do what needs the role */
export function checkRole(principal: Principal, needed: NeededRole): void {
  if (needed === "public" || needed === "anyone") return;
  if (principal.mustChangePassword) {
    throw new ApiError(
      403,
      "auth.password_change_needed",
      "Change the password first: it is good for one login",
    );
  }
  if (!reaches(principal.role, needed)) {
    throw new ApiError(403, "forbidden", `Insufficient permissions: the role ${needed} is needed`);
  }
}

/** Names that mean this machine. */
export const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"] as const;

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || /^\[[0-9a-f:.]+\]$/.test(host);
}

/** A page whose name was pointed at this machine by its own name server asks for that name. */
function checkHost(request: Request, isAllowed: (name: string) => boolean): void {
  const host = (request.headers.get("host") ?? "").toLowerCase();
  const name = host.replace(/:\d+$/, "");
  if (!isAllowed(name)) throw forbidden(`The host "${name.slice(0, 100)}" is not one of this server`);
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
