/** Identifiers of runs and attempts. */

const HEX = "0123456789abcdef";

/** Source of random bytes, e.g. `(n) => crypto.getRandomValues(new Uint8Array(n))`. */
export type RandomBytes = (length: number) => Uint8Array;

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte >> 4]! + HEX[byte & 15]!;
  return text;
}

/** A UUID version 7 (RFC 9562): ids made later sort later. `now` is Unix milliseconds. */
export function uuidV7(now: number, random: RandomBytes): string {
  return formatUuid(random(16), 7, now);
}

/** Sixteen bytes as a UUID of the given version; one of version 7 carries a time in Unix milliseconds. */
export function formatUuid(bytes: Uint8Array, version: 7 | 8, time = 0): string {
  for (let i = 5, rest = time; version === 7 && i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = version << 4 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    "-",
  );
}

/** Whether it is a UUID of version 7, as {@link uuidV7} makes them: such ids sort by their times. */
export function tellsTime(dagRunId: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(dagRunId);
}

/** Creation time that a UUID of version 7 carries, Unix milliseconds; null for any other id. */
export function idTime(dagRunId: string): number | null {
  return tellsTime(dagRunId) ? parseInt(dagRunId.slice(0, 8) + dagRunId.slice(9, 13), 16) : null;
}

/** Six hexadecimal digits that tell attempts of one run apart. */
export function attemptId(random: RandomBytes): string {
  return hex(random(3));
}

/** A random word of 32 hexadecimal digits. */
export function randomToken(random: RandomBytes): string {
  return hex(random(16));
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Base 58 with the Bitcoin alphabet; leading zero bytes become leading `1`. */
export function base58(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  let text = "";
  for (; value > 0n; value /= 58n) text = BASE58[Number(value % 58n)]! + text;
  for (const byte of bytes) {
    if (byte !== 0) break;
    text = "1" + text;
  }
  return text;
}

/**
 * Id of a sub-run: the same for the same parent run, step and parameters, so that a retry finds the child again.
 * base58( SHA-256( `<parent run id>:<step name>:<parameters>` ) ), as Dagu 1.30 computes it.
 */
export async function subRunId(parentRunId: string, step: string, params: string): Promise<string> {
  const text = new TextEncoder().encode(`${parentRunId}:${step}:${params}`);
  return base58(new Uint8Array(await crypto.subtle.digest("SHA-256", text)));
}

/** Id of a sub-run of a repeated step, which must not be found again. */
export function randomSubRunId(random: RandomBytes): string {
  return base58(random(32));
}
