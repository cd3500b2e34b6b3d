/** Names in certificates. */
import { isIP } from "node:net";
import { certificateUris } from "../core/certificate_uris.ts";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

export function isIpAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/** What is wrong with a server's certificate for a host; undefined when it is for it. */
export function checkCertificateHost(host: string, certificate: unknown): Error | undefined {
  return checkServerIdentity(host, certificate as PeerCertificate);
}

/** What a certificate says about its owner. */
export interface CertificateFacts {
  readonly commonName: string;
  /** URIs among the alternative names. */
  readonly uris: readonly string[];
}

/** @param certificate as the TLS connection gives it */
export function certificateFacts(certificate: unknown): CertificateFacts {
  const { subject, raw } = certificate as Partial<PeerCertificate>;
  const names: unknown = subject?.CN ?? "";
  return {
    commonName: String(Array.isArray(names) ? names[0] : names),
    uris: raw ? certificateUris(raw) : [],
  };
}
