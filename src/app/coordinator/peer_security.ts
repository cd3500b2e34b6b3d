/** How this process proves who it is to other services, and they to it: what the section `peer` of the settings says. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { SIGNATURE_FIELD } from "../../core/peer/request_signature.ts";
import { parseSigningKeys, type SigningKey } from "../../core/peer/signing_key.ts";
import { readTextIfExistsSync } from "../../platform/files/files.ts";
import { randomBytes } from "../../platform/random.ts";
import { readSecretFile } from "../../platform/secrets/secret_file.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { ClientTls } from "../../transport/grpc/channel_security.ts";
import type { GrpcClientOptions } from "../../transport/grpc/client.ts";
import type { ServerTls } from "../../transport/grpc/server.ts";
import { RequestSigner } from "../../transport/signing/request_signer.ts";
import { revokedCertificates } from "./revoked_certificates.ts";

/** null for plain text. @throws DaguError when a file cannot be used */
export function serverTls({ peer }: Config): ServerTls | null {
  if (peer.insecure) return null;
  return {
    cert: pem(peer.certFile),
    key: secretPem(peer.keyFile),
    ca: peer.clientCaFile === "" ? "" : pem(peer.clientCaFile),
  };
}

/** null for plain text. @throws DaguError when a file cannot be used */
export function clientTls(config: Config): ClientTls | null {
  const { peer } = config;
  if (peer.insecure) return null;
  return {
    ca: peer.clientCaFile === "" ? "" : pem(peer.clientCaFile),
    cert: peer.certFile === "" ? "" : pem(peer.certFile),
    key: peer.keyFile === "" ? "" : secretPem(peer.keyFile),
    skipVerify: peer.skipTlsVerify,
    isRevoked: revokedCertificates(config),
  };
}

/** None when requests are not signed. @throws DaguError when the file cannot be used */
export function signingKeys({ peer: { signingKeysFile } }: Config): readonly SigningKey[] {
  if (signingKeysFile === "") return [];
  const text = readSecretFile(signingKeysFile);
  if (text === null) throw missing(signingKeysFile);
  return parseSigningKeys(text, signingKeysFile);
}

/** What signs the requests of this process; undefined when it has no key. */
export function requestSigning(config: Config): GrpcClientOptions["sign"] {
  const [key] = signingKeys(config);
  if (!key) return undefined;
  const signer = new RequestSigner(key, systemClock, randomBytes);
  return async (method, body) => ({ [SIGNATURE_FIELD]: await signer.sign({ method, body }) });
}

function pem(path: string): string {
  const text = readTextIfExistsSync(path);
  if (text === null) throw missing(path);
  return text;
}

function secretPem(path: string): string {
  const text = readSecretFile(path, 0o007);
  if (text === null) throw missing(path);
  return text;
}

function missing(path: string): DaguError {
  return new DaguError(`Cannot prove who this is to other services: there is no file "${path}"`);
}
