/** Which settings of calls between services may stand together: who reaches a coordinator runs commands on workers. */
import { isLoopbackHost } from "../ip_address.ts";
import type { LabelRules } from "../label_rules.ts";

/** As in the section `peer` of the configuration; "" for what is not given. */
export interface PeerSettings {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly signingKeysFile: string;
  readonly skipTlsVerify: boolean;
  /** Plain text. */
  readonly insecure: boolean;
}

/** Why a coordinator must not listen there with these settings; "" when it may. */
export function listenProblem(host: string, peer: PeerSettings): string {
  const what = `Cannot listen on "${host}"`;
  if (!peer.insecure) {
    if (peer.certFile === "" || peer.keyFile === "") {
      return `${what} with TLS: peer.certFile and peer.keyFile are needed both; "dagu cert server" makes them`;
    }
    if (peer.clientCaFile === "" && peer.signingKeysFile === "" && !isLoopbackHost(host)) {
      return `${what}: anybody could hand in tasks; give peer.clientCaFile, so that callers need a certificate, ` +
        "or peer.signingKeysFile, so that they need a key";
    }
    return "";
  }
  if (hasTlsFiles(peer)) return `${what}: ${CONTRADICTION}`;
  if (isLoopbackHost(host)) return "";
  return `${what} without TLS: whoever reads along or calls runs commands on workers; give certificates ` +
    '(peer.certFile, peer.keyFile, peer.clientCaFile), as "dagu cert server" makes them';
}

/** Why a coordinator cannot hold workers to their labels with these settings; "" when it can, or need not. */
export function labelRulesProblem(rules: LabelRules, peer: PeerSettings): string {
  const asksWho = peer.signingKeysFile !== "" || !peer.insecure && peer.clientCaFile !== "";
  if (asksWho || Object.keys(rules).length === 0) return "";
  return "Cannot hold workers to coordinator.workerLabels: nobody has to prove who they are; give " +
    "peer.clientCaFile, so that callers need a certificate, or peer.signingKeysFile, so that they need a key";
}

/** Why a coordinator at that address must not be called with these settings; "" when it may. */
export function callProblem(host: string, peer: PeerSettings): string {
  const what = `Cannot call a coordinator at "${host}"`;
  if (!peer.insecure) {
    if ((peer.certFile === "") !== (peer.keyFile === "")) {
      return `${what}: peer.certFile and peer.keyFile are needed both, or none of them`;
    }
    if (peer.skipTlsVerify && !isLoopbackHost(host)) {
      return `${what} without a look at its certificate: it might be anybody; give peer.clientCaFile instead of ` +
        "peer.skipTlsVerify";
    }
    if (peer.clientCaFile === "" && !peer.skipTlsVerify) {
      return `${what} with TLS: its certificate cannot be checked without peer.clientCaFile`;
    }
    return "";
  }
  if (hasTlsFiles(peer)) return `${what}: ${CONTRADICTION}`;
  if (isLoopbackHost(host)) return "";
  return `${what} without TLS: what runs and what it prints could be read and changed on the way; give ` +
    'certificates (peer.certFile, peer.keyFile, peer.clientCaFile), as "dagu cert worker" and "client" make them';
}

const CONTRADICTION = "peer.insecure asks for plain text, but certificates are given; leave one of both out";

function hasTlsFiles(peer: PeerSettings): boolean {
  return peer.certFile !== "" || peer.clientCaFile !== "";
}
