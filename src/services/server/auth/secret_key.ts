/** Random words that open something: API keys, tokens of webhooks. As they are random, a fast hash keeps them. */
import { base58 } from "../../../core/ids.ts";
import { randomBytes } from "../../../platform/random.ts";

/** @param prefix says what it is for, e.g. `dagu_` */
export function newSecret(prefix: string): string {
  return prefix + base58(randomBytes(32));
}

/** `sha256:` and 64 hexadecimal digits. */
export async function secretHash(secret: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)));
  return "sha256:" + [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether two secrets are the same; how long it takes says nothing about either. */
export async function sameSecret(a: string, b: string): Promise<boolean> {
  return await secretHash(a) === await secretHash(b);
}
