/** The certificates that services do not believe any more: coordinators those of callers, callers those of coordinators. */
import type { Config } from "../../config/config.ts";
import { messageOf } from "../../core/errors.ts";
import { parseRevoked } from "../../core/peer/revoked_serials.ts";
import { readTextIfExistsSync, statIfExistsSync } from "../../platform/files/files.ts";
import { dirname } from "../../platform/files/path.ts";
import { REVOKED_FILE } from "../../services/certificates/certificate_folder.ts";
import type { ServiceLog } from "../../services/service_log.ts";

/**
 * Reads the list beside `peer.clientCaFile`, and reads it again when it has changed. A list that cannot be read any
 * more leaves the one before in force.
 * @returns whether the certificate with a serial number is in the list
 * @throws DaguError when the list cannot be read now
 */
export function revokedCertificates(
  { peer }: Config,
  log: ServiceLog = () => {},
): (serial: string) => boolean {
  if (peer.clientCaFile === "") return () => false;
  const path = `${dirname(peer.clientCaFile)}/${REVOKED_FILE}`;
  const read = () => parseRevoked(readTextIfExistsSync(path) ?? "", path);
  let version = versionOf(path);
  let serials = read();
  return (serial) => {
    const now = versionOf(path);
    if (now !== version) {
      version = now;
      try {
        serials = read();
        log("INFO", "The list of revoked certificates was read again", { file: path });
      } catch (error) {
        log("ERROR", "The list of revoked certificates cannot be used", { error: messageOf(error) });
      }
    }
    return serials.has(serial);
  };
}

/** Another one after each change; "" while there is no file. */
function versionOf(path: string): string {
  const info = statIfExistsSync(path);
  return info ? `${info.ino} ${info.size} ${info.mtime?.getTime()}` : "";
}
