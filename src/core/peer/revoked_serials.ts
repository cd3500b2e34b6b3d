/** Serial numbers of certificates that count no more though they have not expired. */
import { DaguError } from "../errors.ts";

/** As it is written everywhere here: hexadecimal, without zeros in front. */
export function serialText(serial: Uint8Array): string {
  return plain(serial.toHex());
}

/**
 * One certificate a line: its serial number as `openssl x509 -serial` prints it, and whatever else is worth saying.
 * Blank lines and those that begin with `#` are passed over.
 * @param what for errors: which file it is
 * @throws DaguError for a line that is none of this
 */
export function parseRevoked(text: string, what: string): ReadonlySet<string> {
  const serials = new Set<string>();
  for (const [i, line] of text.split("\n").entries()) {
    const word = line.trim().split(/\s+/)[0]!;
    if (word === "" || word.startsWith("#")) continue;
    const serial = word.replaceAll(":", "");
    if (!/^[0-9a-f]{1,64}$/i.test(serial)) {
      throw new DaguError(
        `Cannot use the list of revoked certificates in "${what}": line ${
          i + 1
        } does not begin with a serial number in hexadecimal digits: "${word.slice(0, 80)}"`,
      );
    }
    serials.add(plain(serial));
  }
  return serials;
}

function plain(hex: string): string {
  return hex.toLowerCase().replace(/^0+(?=.)/, "");
}
