/** Flags of services that call each other. */

export const PEER_FLAGS = [
  { name: "peer.cert-file", kind: "text", value: "file", doc: "Certificate of this service" },
  { name: "peer.key-file", kind: "text", value: "file", doc: "Key of that certificate" },
  {
    name: "peer.client-ca-file",
    kind: "text",
    value: "file",
    doc: "Authorities that the other side's certificate must come from",
  },
  {
    name: "peer.signing-keys-file",
    kind: "text",
    value: "file",
    doc: "Keys by which requests are signed",
  },
  { name: "peer.insecure", kind: "bool", doc: "Plain text, on this machine only" },
  { name: "peer.skip-tls-verify", kind: "bool", doc: "Do not check the other side's certificate" },
] as const;

export const PEER_SETTINGS = {
  "peer.cert-file": "peer.certFile",
  "peer.key-file": "peer.keyFile",
  "peer.client-ca-file": "peer.clientCaFile",
  "peer.signing-keys-file": "peer.signingKeysFile",
  "peer.insecure": "peer.insecure",
  "peer.skip-tls-verify": "peer.skipTlsVerify",
} as const;
