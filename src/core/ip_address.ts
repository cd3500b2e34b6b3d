/** IP addresses as bytes. */

/** Four or sixteen bytes; null when the text is no address. */
export function ipBytes(text: string): Uint8Array | null {
  const plain = text.replace(/^\[(.*)\]$/, "$1");
  return plain.includes(":") ? sixBytes(plain) : fourBytes(plain);
}

export function isIpAddress(text: string): boolean {
  return ipBytes(text) !== null;
}

/** Whether the name or address means this machine only. */
export function isLoopbackHost(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const bytes = ipBytes(host);
  if (bytes?.length !== 16) return bytes?.[0] === 127;
  const inner = bytes.subarray(0, 12).toHex() === `${"00".repeat(10)}ffff`;
  return inner ? bytes[12] === 127 : bytes.toHex() === `${"00".repeat(15)}01`;
}

function fourBytes(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null;
  const numbers = parts.map(Number);
  return numbers.every((number) => number < 256) ? Uint8Array.from(numbers) : null;
}

function sixBytes(text: string): Uint8Array | null {
  const [head, tail, ...more] = text.split("::");
  if (more.length > 0) return null;
  // An address of four bytes ends the whole, so it is never before the gap.
  const before = tail !== undefined && head!.includes(".") ? null : groups(head!);
  const after = tail === undefined ? [] : groups(tail);
  if (!before || !after) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...before, ...Array<number>(missing).fill(0), ...after];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Numbers of two bytes; an address of four bytes may stand at the end. */
function groups(text: string): number[] | null {
  if (text === "") return [];
  const found: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    const four = i === parts.length - 1 && part.includes(".") ? fourBytes(part) : null;
    if (four) found.push(four[0]! * 256 + four[1]!, four[2]! * 256 + four[3]!);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(parseInt(part, 16));
    else return null;
  }
  return found;
}
