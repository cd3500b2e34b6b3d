/** Login tokens: JSON Web Tokens signed with HS256, and nothing else. */
import { randomBytes } from "../../../platform/random.ts";
import { randomToken } from "../../../core/ids.ts";
import type { User } from "../../../core/access/account.ts";

/** What a token says that was signed here and has not run out. */
export interface Claims {
  readonly uid: string;
  /** Version of the user's tokens at the time of the login. */
  readonly ver: string;
}

const HEADER = encode(`{"alg":"HS256","typ":"JWT"}`);
const AUDIENCE = "dagu";
const MAX_LENGTH = 2000;
const ALGORITHM = { name: "HMAC", hash: "SHA-256" };

export class Tokens {
  readonly #key: Promise<CryptoKey>;
  readonly #ttlMs: number;
  readonly #now: () => number;

  /** @param secret at least 32 bytes */
  constructor(secret: string, ttlMs: number, now: () => number) {
    const bytes = new TextEncoder().encode(secret);
    this.#key = crypto.subtle.importKey("raw", bytes, ALGORITHM, false, ["sign", "verify"]);
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  /** @returns the token and when it runs out, Unix milliseconds */
  async issue(user: User): Promise<{ token: string; expiresAt: number }> {
    const iat = Math.floor(this.#now() / 1000);
    const exp = iat + Math.floor(this.#ttlMs / 1000);
    const { id: uid, username, role, tokenVersion: ver } = user;
    const claims = {
      uid,
      username,
      role,
      sub: uid,
      aud: AUDIENCE,
      jti: randomToken(randomBytes),
      ver,
      iat,
      exp,
    };
    const signed = `${HEADER}.${encode(JSON.stringify(claims))}`;
    const signature = await crypto.subtle.sign(ALGORITHM, await this.#key, new TextEncoder().encode(signed));
    return { token: `${signed}.${encodeBytes(new Uint8Array(signature))}`, expiresAt: exp * 1000 };
  }

  /** null for whatever was not signed here, is for something else or has run out. */
  async read(token: string): Promise<Claims | null> {
    const parts = token.split(".");
    if (token.length > MAX_LENGTH || parts.length !== 3) return null;
    // Ours is the only header there is: no other algorithm can be asked for.
    const [header, payload, signature] = parts;
    if (header !== HEADER) return null;
    const bytes = decode(signature);
    const signed = new TextEncoder().encode(`${header}.${payload}`);
    if (!bytes || !await crypto.subtle.verify(ALGORITHM, await this.#key, bytes, signed)) return null;
    const { uid, ver, aud, exp } = JSON.parse(new TextDecoder().decode(decode(payload)!));
    if (aud !== AUDIENCE || typeof uid !== "string" || typeof ver !== "string") return null;
    return typeof exp === "number" && exp * 1000 > this.#now() ? { uid, ver } : null;
  }
}

function encode(text: string): string {
  return encodeBytes(new TextEncoder().encode(text));
}

function encodeBytes(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decode(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
