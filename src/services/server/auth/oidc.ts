/** Logins at an OpenID Connect provider: authorization code with PKCE. */
import type { Configuration } from "openid-client";
import { DaguError, messageOf } from "../../../core/errors.ts";
import type { Role } from "../../../core/access/role.ts";
import { ApiError } from "../http/api_error.ts";
import { notAllowed, tokenInvalid } from "./refusals.ts";

export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Address to which the provider sends people back. */
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** Mail addresses, or `@domain` for all of one; everybody whom the provider knows when empty. */
  readonly whitelist: readonly string[];
  /** Of accounts that are made for people who come for the first time. */
  readonly role: Role;
  readonly now: () => number;
}

/** Somebody whom the provider knows. */
export interface OidcPerson {
  /** Issuer and the name that never changes there. */
  readonly subject: string;
  readonly email: string;
}

interface Pending {
  readonly nonce: string;
  readonly verifier: string;
  /** Unix milliseconds. */
  readonly until: number;
}

const PENDING_MS = 10 * 60_000;
const MOST_PENDING = 1000;
const TIMEOUT_S = 10;

export class Oidc {
  readonly #options: OidcOptions;
  readonly #pending = new Map<string, Pending>();
  #configuration: Promise<Configuration> | null = null;

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  get role(): Role {
    return this.#options.role;
  }

  /** @returns where to send the browser, and the word by which its return is known. @throws ApiError 502 */
  async begin(): Promise<{ url: string; state: string }> {
    const client = await import("openid-client");
    const configuration = await this.#discovered();
    const [state, nonce, verifier] = [
      client.randomState(),
      client.randomNonce(),
      client.randomPKCECodeVerifier(),
    ];
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#options.redirectUri,
      scope: this.#options.scopes.join(" "),
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    this.#pending.set(state, { nonce, verifier, until: this.#options.now() + PENDING_MS });
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= MOST_PENDING) break;
      this.#pending.delete(oldest);
    }
    return { url: url.href, state };
  }

  /**
   * @param query of the address to which the provider sent the browser back
   * @param state that this browser was given
   * @throws ApiError 401 for a return that was not begun here or is used again, 403 for who is not on the list
   */
  async finish(query: Readonly<Record<string, string>>, state: string): Promise<OidcPerson> {
    const pending = this.#pending.get(state);
    this.#pending.delete(state);
    if (!pending || pending.until < this.#options.now() || query.state !== state) {
      throw tokenInvalid("This login was not begun in this browser, or long ago: begin it anew");
    }
    const client = await import("openid-client");
    const back = new URL(this.#options.redirectUri);
    back.search = new URLSearchParams(query).toString();
    let claims;
    try {
      const tokens = await client.authorizationCodeGrant(await this.#discovered(), back, {
        pkceCodeVerifier: pending.verifier,
        expectedState: state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      claims = tokens.claims()!;
      if (claims.email === undefined) {
        claims = {
          ...claims,
          ...await client.fetchUserInfo(await this.#discovered(), tokens.access_token, claims.sub),
        };
      }
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw tokenInvalid(`The provider did not confirm the login: ${messageOf(error)}`);
    }
    return this.#admit({
      subject: `${claims.iss} ${claims.sub}`,
      email: claims.email,
      verified: claims.email_verified,
    });
  }

  #admit(person: { subject: string; email: unknown; verified: unknown }): OidcPerson {
    const { subject, email, verified } = person;
    if (typeof email !== "string" || email === "" || verified === false) {
      throw notAllowed("The provider gives no mail address that was verified");
    }
    const address = email.toLowerCase();
    const { whitelist } = this.#options;
    const listed = whitelist.map((entry) => entry.toLowerCase()).some((entry) =>
      entry === address || entry.startsWith("@") && address.endsWith(entry)
    );
    if (whitelist.length > 0 && !listed) {
      throw notAllowed(`"${email}" is not on the list of those who may log in`);
    }
    return { subject, email: address };
  }

  async #discovered(): Promise<Configuration> {
    try {
      return await (this.#configuration ??= discover(this.#options));
    } catch (error) {
      this.#configuration = null;
      throw new ApiError(502, "bad_gateway", `The OIDC provider cannot be asked: ${messageOf(error)}`);
    }
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcOptions): Promise<Configuration> {
  const { allowInsecureRequests, discovery } = await import("openid-client");
  const url = new URL(issuer);
  const local = url.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const execute = local ? [allowInsecureRequests] : [];
  return await discovery(url, clientId, clientSecret, undefined, { execute, timeout: TIMEOUT_S });
}

/** @throws DaguError for settings without which there is no login */
export function checkOidc(settings: { readonly [key: string]: unknown }): void {
  for (const key of ["clientId", "clientSecret", "clientUrl", "issuer"]) {
    const value = String(settings[key] ?? "");
    if (value === "") throw new DaguError(`Cannot use auth.mode oidc without auth.oidc.${key}`);
    if ((key === "clientUrl" || key === "issuer") && !/^https?:\/\/./.test(value)) {
      throw new DaguError(
        `Cannot use "${value}" as auth.oidc.${key}: expected one like https://login.example.com`,
      );
    }
  }
}
