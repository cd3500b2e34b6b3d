/** Certificates and keys as text. */
import { DaguError } from "../errors.ts";

/** @param label `CERTIFICATE`, `PRIVATE KEY` */
export function toPem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/**
 * Bytes of the first part with that label.
 * @param what for the error: which file it is
 * @throws DaguError when there is none
 */
export function fromPem(label: string, text: string, what: string): Uint8Array<ArrayBuffer> {
  const [, body] =
    new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(text) ?? [];
  try {
    if (body !== undefined) return Uint8Array.fromBase64(body.replace(/\s/g, ""));
  } catch {
    // Told below.
  }
  throw new DaguError(`Cannot read "${what}": it holds no part "${label}" in the PEM form`);
}
