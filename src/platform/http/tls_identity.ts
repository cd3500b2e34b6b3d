/** Names in certificates. */
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

export function isIpAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/** What is wrong with a server's certificate for a host; undefined when it is for it. */
export function checkCertificateHost(host: string, certificate: unknown): Error | undefined {
  return checkServerIdentity(host, certificate as PeerCertificate);
}

/** The bytes (DER) of the certificate that a TLS connection was made with; null when the other side has shown none. */
export function certificateBytes(certificate: unknown): Uint8Array | null {
  return (certificate as Partial<PeerCertificate> | undefined)?.raw ?? null;
}
