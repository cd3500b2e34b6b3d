/** Brings private keys of older and other forms into one that the ssh2 package can sign with. */
import { createPrivateKey, sign } from "node:crypto";
import type { ParsedKey } from "./ssh2_types.ts";

const FORMS: Readonly<Record<string, "pkcs1" | "sec1">> = { rsa: "pkcs1", ec: "sec1" };

/** Whether the key is encrypted in the PEM forms that OpenSSL writes. */
function isEncrypted(text: string): boolean {
  return text.includes("Proc-Type: 4,ENCRYPTED") || text.includes("BEGIN ENCRYPTED PRIVATE KEY");
}

/**
 * The same key without encryption where the package could read it, but not sign with it, or not even read it (PKCS #8);
 * any other text is left as it is.
 * @throws Error whose message contains "passphrase" when that is missing or wrong.
 */
export function signableKey(text: string, passphrase: string): string {
  const encrypted = isEncrypted(text);
  if (!encrypted && !text.includes("BEGIN PRIVATE KEY")) return text;
  if (encrypted && passphrase === "") throw new Error("encrypted, but without passphrase");
  try {
    const key = createPrivateKey({ key: text, passphrase: passphrase || undefined });
    const type = FORMS[key.asymmetricKeyType ?? ""];
    return type === undefined ? text : String(key.export({ type, format: "pem" }));
  } catch (error) {
    throw new Error(encrypted ? "the passphrase is wrong" : String((error as Error).message));
  }
}

/** Bytes of the secret number and usual hash, by type of key. */
const CURVES: Readonly<Record<string, { readonly size: number; readonly hash: string }>> = {
  "ecdsa-sha2-nistp256": { size: 32, hash: "sha256" },
  "ecdsa-sha2-nistp384": { size: 48, hash: "sha384" },
  "ecdsa-sha2-nistp521": { size: 66, hash: "sha512" },
};

/** The same key, with signatures that come about whatever its secret number is. */
export function signingKey(key: ParsedKey): ParsedKey {
  const curve = CURVES[key.type];
  if (!curve) return key;
  const pem = exactEcKey(key.getPrivatePEM(), key.type);
  const own = { sign: { value: (data: Uint8Array, hash = curve.hash) => sign(hash, data, pem) } };
  return Object.create(key, own);
}

/**
 * An EC key in PEM (SEC1) whose secret number has the length that its curve demands. The package takes the number over
 * from OpenSSH's form as it is, with a zero in front or without those that it begins with, and Deno refuses that.
 * @param type as SSH names it; other types leave the text as it is
 */
export function exactEcKey(pem: string, type: string): string {
  const size = CURVES[type]?.size;
  if (size === undefined) return pem;
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]*-----|\s/g, "")), (char) => char.charCodeAt(0));
  // SEQUENCE { INTEGER 1, OCTET STRING secret, ... }
  const version = 1 + lengthSize(der, 1);
  const octets = version + 3;
  const from = octets + 1 + lengthSize(der, octets + 1);
  const length = der[octets + 1]!;
  if (der[0] !== 0x30 || der[version] !== 0x02 || der[octets] !== 0x04 || length > 0x7f) return pem;
  const secret = der.slice(from, from + length);
  const kept = secret.slice(Math.max(0, secret.length - size));
  const exact = new Uint8Array(size);
  exact.set(kept, size - kept.length);
  const body = [...der.slice(version, octets), 0x04, size, ...exact, ...der.slice(from + length)];
  const whole = [0x30, ...derLength(body.length), ...body];
  const base64 = btoa(String.fromCharCode(...whole)).replace(/.{64}/g, "$&\n");
  return `-----BEGIN EC PRIVATE KEY-----\n${base64}\n-----END EC PRIVATE KEY-----`;
}

/** How many bytes say a length. */
function lengthSize(der: Uint8Array, at: number): number {
  const first = der[at] ?? 0;
  return first < 0x80 ? 1 : 1 + (first & 0x7f);
}

function derLength(length: number): number[] {
  return length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
