/** Keys that two services share, by which one knows that a request came from the other. */
import { DaguError } from "../errors.ts";
import { isPeerId, isPeerRole, type PeerIdentity } from "./peer_identity.ts";

export interface SigningKey {
  /** Which of the keys it is; goes along with each request. */
  readonly id: string;
  /** Who signs with it. */
  readonly identity: PeerIdentity;
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** Fewer bytes might be guessed. */
const LEAST_SECRET_BYTES = 32;

/**
 * One key a line: its id, who signs with it as `role[+role]/id`, the secret in base64url. Blank lines and those that
 * begin with `#` are passed over. The first key signs; all are believed, so that a new one can be known everywhere
 * before it is used.
 * @param what for errors: which file it is
 * @throws DaguError for a line that is none of this, and when no key is left
 */
export function parseSigningKeys(text: string, what: string): SigningKey[] {
  const keys: SigningKey[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const words = line.trim().split(/\s+/);
    if (words[0] === "" || words[0]!.startsWith("#")) continue;
    const key = words.length === 3 ? keyOf(words as [string, string, string]) : null;
    // The line itself is not told: there is a secret in it.
    if (!key) {
      throw new DaguError(`Cannot use the signing keys in "${what}": line ${i + 1} is no key; ${SHAPE}`);
    }
    if (keys.some((other) => other.id === key.id)) {
      throw new DaguError(
        `Cannot use the signing keys in "${what}": line ${i + 1}: the id "${key.id}" is there twice`,
      );
    }
    keys.push(key);
  }
  if (keys.length === 0) {
    throw new DaguError(`Cannot use the signing keys in "${what}": it holds none; ${SHAPE}`);
  }
  return keys;
}

export function signingKeyLine({ id, identity, secret }: SigningKey): string {
  const base64 = secret.toBase64({ alphabet: "base64url", omitPadding: true });
  return `${id} ${identity.roles.join("+")}/${identity.id} ${base64}\n`;
}

const SHAPE =
  `expected "<key id> <role>/<id> <secret>" with a secret of at least ${LEAST_SECRET_BYTES} bytes, ` +
  'as "dagu cert key" makes it';

function keyOf([id, who, base64]: readonly [string, string, string]): SigningKey | null {
  const [, roleWords, name] = /^([a-z+]+)\/(.+)$/.exec(who) ?? [];
  const roles = roleWords?.split("+") ?? [];
  const secret = bytesOf(base64);
  if (!isPeerId(id) || !isPeerId(name ?? "") || !roles.every(isPeerRole)) return null;
  if (!secret || secret.length < LEAST_SECRET_BYTES) return null;
  return { id, identity: { id: name!, roles }, secret };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(base64, { alphabet: "base64url" });
  } catch {
    return null;
  }
}
