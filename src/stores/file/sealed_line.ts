/** Lines of JSON that carry a check sum, so that a torn or damaged one is known. */

let table: Uint32Array | null = null;
const encoder = /* @__PURE__ */ new TextEncoder();
const SEAL = /,"crc":"([0-9a-f]{8})"\}$/;
const SEAL_LENGTH = ',"crc":"00000000"}'.length;

function makeTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    table[n] = c >>> 0;
  }
  return table;
}

/** CRC-32 (IEEE) of the text's UTF-8 bytes, eight hexadecimal digits. */
export function crc32(text: string): string {
  const bytes = encoder.encode(text);
  const known = table ??= makeTable();
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = known[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

/** Adds the check sum as last member to the text of a JSON object that has at least one member. */
export function sealLine(json: string): string {
  return `${json.slice(0, -1)},"crc":"${crc32(json)}"}`;
}

/**
 * The object on a line, or null when the line is damaged: no JSON object, or a check sum that does not fit. A line
 * without check sum counts as sound, for other programs write such lines.
 */
export function openLine(line: string): Record<string, unknown> | null {
  if (!line.startsWith("{")) return null;
  const seal = SEAL.exec(line.slice(-SEAL_LENGTH));
  if (seal && crc32(line.slice(0, -SEAL_LENGTH) + "}") !== seal[1]) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
