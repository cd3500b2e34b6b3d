/** Logins: a token for programs, a cookie with the same token for pages, whose streams cannot send headers. */
import type { User } from "../../../core/access/account.ts";
import type { Principal } from "../access/guard.ts";
import type { Accounts } from "./accounts.ts";
import type { Tokens } from "./tokens.ts";

export class Sessions {
  readonly #accounts: Accounts;
  readonly #tokens: Tokens;
  readonly #secure: boolean;

  /** @param secure browsers reach the server by HTTPS */
  constructor(accounts: Accounts, tokens: Tokens, secure: boolean) {
    this.#accounts = accounts;
    this.#tokens = tokens;
    this.#secure = secure;
  }

  /** @returns the token, when it runs out (Unix milliseconds), and the header that sets the cookie */
  async begin(user: User): Promise<{ token: string; expiresAt: number; cookie: string }> {
    const issued = await this.#tokens.issue(user);
    return {
      ...issued,
      cookie: this.#cookie(issued.token, `; Expires=${new Date(issued.expiresAt).toUTCString()}`),
    };
  }

  /** Header that removes the cookie. */
  get goodbye(): string {
    return this.#cookie("", "; Max-Age=0");
  }

  /** Token in the cookie of a request; "" when there is none. */
  cookieOf(request: Request): string {
    const start = `${this.#name}=`;
    const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
    return pairs.find((pair) => pair.startsWith(start))?.slice(start.length) ?? "";
  }

  /** null when the token is wrong, or its login has ended. */
  async principal(token: string): Promise<Principal | null> {
    const claims = await this.#tokens.read(token);
    const user = claims && this.#accounts.find(claims.uid);
    if (!user || user.tokenVersion !== claims.ver) return null;
    const { id: userId, username: name, role, mustChangePassword } = user;
    return { name, role, dags: null, userId, mustChangePassword };
  }

  /** Only with HTTPS a browser can be held to the rules of the prefix. */
  get #name(): string {
    return this.#secure ? "__Host-dagu" : "dagu";
  }

  #cookie(value: string, end: string): string {
    const secure = this.#secure ? "; Secure" : "";
    return `${this.#name}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}${end}`;
  }
}
