/** Tells who sends a request, by the ways that the configuration allows. */
import { LoginLimit } from "../../../core/access/login_limit.ts";
import type { Authenticate, Principal } from "../access/guard.ts";
import { type ApiKeys, KEY_PREFIX } from "./api_keys.ts";
import { tokenInvalid, tooMany, unauthorized } from "./refusals.ts";
import { sameSecret } from "./secret_key.ts";
import type { Sessions } from "./sessions.ts";

export interface AuthWays {
  /** Logins of people and API keys; null where there are none. */
  readonly accounts: { readonly sessions: Sessions; readonly keys: ApiKeys } | null;
  /** One name and password for everybody, by HTTP basic authentication. */
  readonly basic: { readonly username: string; readonly password: string } | null;
  /** One token for everybody; "" for none. */
  readonly token: string;
  readonly now: () => number;
}

export function authenticateBy(ways: AuthWays): Authenticate {
  const { accounts, token: shared } = ways;
  const checkBasic = ways.basic && basicCheck(ways.basic, ways.now);
  const scheme = checkBasic ? "Basic" : "Bearer";
  return async (request, client) => {
    const [kind, credentials] = credentialsOf(request);
    if (kind === "basic" && checkBasic) return await checkBasic(credentials, client);
    if (kind === "bearer") {
      if (shared !== "" && await sameSecret(credentials, shared)) return admin("token");
      const principal = credentials.startsWith(KEY_PREFIX)
        ? await accounts?.keys.principal(credentials)
        : await accounts?.sessions.principal(credentials);
      if (principal) return principal;
      throw tokenInvalid("The token is wrong, or has ended");
    }
    const cookie = accounts?.sessions.cookieOf(request) ?? "";
    const principal = cookie === "" ? null : await accounts!.sessions.principal(cookie);
    if (principal) return principal;
    throw unauthorized("Log in first", scheme);
  };
}

function credentialsOf(request: Request): [kind: string, credentials: string] {
  const [, kind, credentials] = /^(\w+) +(.*)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  return [(kind ?? "").toLowerCase(), credentials ?? ""];
}

function basicCheck(expected: { readonly username: string; readonly password: string }, now: () => number) {
  const limit = new LoginLimit();
  return async (credentials: string, client: string): Promise<Principal> => {
    const wait = limit.wait(client, client, now());
    if (wait > 0) throw tooMany("Too many wrong logins: try again later", wait);
    const right = await sameSecret(decoded(credentials), `${expected.username}:${expected.password}`);
    if (right) return admin(expected.username);
    limit.begin(client, client, now());
    throw unauthorized("Invalid username or password", "Basic");
  };
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    return "";
  }
}

function admin(name: string): Principal {
  return { name, role: "admin", dags: null };
}
