/** Keys on the curve P-256, and signatures with them. */
import { DaguError } from "../../core/errors.ts";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;

export interface KeyPair {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** PKCS #8, DER. */
  readonly privateKey: Uint8Array;
  /** @returns the two numbers of the signature, one behind the other. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

export async function newKeyPair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
    privateKey: new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)),
    sign: (bytes) => sign(privateKey, bytes),
  };
}

/** @throws DaguError when the bytes are no key on this curve */
export async function keyPairOf(privateKey: Uint8Array<ArrayBuffer>, what: string): Promise<KeyPair> {
  try {
    const key = await crypto.subtle.importKey("pkcs8", privateKey, CURVE, true, ["sign"]);
    // A public key is what is left when the secret number goes.
    const { d: _secret, key_ops: _operations, ...open } = await crypto.subtle.exportKey("jwk", key);
    const publicKey = await crypto.subtle.importKey("jwk", open, CURVE, true, ["verify"]);
    return {
      publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
      privateKey,
      sign: (bytes) => sign(key, bytes),
    };
  } catch (cause) {
    throw new DaguError(`Cannot use "${what}": it holds no key on the curve P-256`, { cause });
  }
}

async function sign(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(SIGNATURE, key, bytes));
}
