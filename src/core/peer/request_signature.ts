/** The signature of a request: who signed what, when, and never twice. */
import type { SigningKey } from "./signing_key.ts";

/** Name of the field that goes along with a call. */
export const SIGNATURE_FIELD = "dagu-signature";

export interface RequestSignature {
  readonly keyId: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** Never used again. */
  readonly nonce: string;
  /** Of all of this, the method and the body. */
  readonly mac: Uint8Array<ArrayBuffer>;
}

/** What is signed. */
export interface SignedRequest {
  /** As the call names it, e.g. `/coordinator.v1.CoordinatorService/Poll`. */
  readonly method: string;
  /** The message as it is sent; empty for a call that streams. */
  readonly body: Uint8Array;
}

const MAC = { name: "HMAC", hash: "SHA-256" } as const;
const SHAPE =
  /^v1 key=([A-Za-z0-9_.-]{1,64}) time=(\d{1,15}) nonce=([A-Za-z0-9_-]{16,64}) mac=([A-Za-z0-9_-]{43})$/;

/** The text that goes along with the call. */
export async function signRequest(
  key: SigningKey,
  request: SignedRequest,
  at: number,
  nonce: string,
): Promise<string> {
  const bytes = await signedBytes(request, { keyId: key.id, at, nonce });
  const mac = new Uint8Array(await crypto.subtle.sign(MAC, await macKey(key), bytes));
  const base64 = mac.toBase64({ alphabet: "base64url", omitPadding: true });
  return `v1 key=${key.id} time=${at} nonce=${nonce} mac=${base64}`;
}

/** null when the text is none. */
export function parseSignature(text: string): RequestSignature | null {
  const [, keyId, at, nonce, mac] = SHAPE.exec(text) ?? [];
  if (mac === undefined) return null;
  return {
    keyId: keyId!,
    at: Number(at),
    nonce: nonce!,
    mac: Uint8Array.fromBase64(mac, { alphabet: "base64url", lastChunkHandling: "loose" }),
  };
}

export async function isSignedBy(
  key: SigningKey,
  request: SignedRequest,
  signature: RequestSignature,
): Promise<boolean> {
  return await crypto.subtle.verify(
    MAC,
    await macKey(key),
    signature.mac,
    await signedBytes(request, signature),
  );
}

async function macKey(key: SigningKey): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", key.secret, MAC, false, ["sign", "verify"]);
}

async function signedBytes(
  { method, body }: SignedRequest,
  { keyId, at, nonce }: Omit<RequestSignature, "mac">,
): Promise<Uint8Array<ArrayBuffer>> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body as Uint8Array<ArrayBuffer>)).toHex();
  return new TextEncoder().encode(["v1", method, keyId, at, nonce, hash].join("\n"));
}
