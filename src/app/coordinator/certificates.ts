/** `cert`: certificates and signing keys for coordinator, workers and those who hand tasks in. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { isPeerId, type PeerIdentity } from "../../core/peer/peer_identity.ts";
import { signingKeyLine } from "../../core/peer/signing_key.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { CertificateFolder } from "../../services/certificates/certificate_folder.ts";

export type { IssuedCertificate } from "../../services/certificates/certificate_folder.ts";

/** @param dir "" takes the folder `certs` beside the configuration file */
export function certificateFolder(config: Config, dir: string): CertificateFolder {
  return new CertificateFolder(
    dir === "" ? `${config.layout.configDir}/certs` : dir,
    systemClock,
    randomBytes,
  );
}

const SECRET_BYTES = 32;
const KEY_ID_BYTES = 4;

/** A line for the file of signing keys. */
export function newSigningKey(identity: PeerIdentity): string {
  if (!isPeerId(identity.id)) {
    throw new DaguError(
      `Cannot make a signing key for "${identity.id}": an id has letters, digits, ".", "_" and "-", at most 64`,
    );
  }
  const id = `k${randomBytes(KEY_ID_BYTES).toHex()}`;
  return signingKeyLine({ id, identity, secret: Uint8Array.from(randomBytes(SECRET_BYTES)) });
}
