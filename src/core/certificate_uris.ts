/** URIs in a certificate, read from its own bytes: in the text that programs make of it, one name can pass for two. */

const SEQUENCE = 0x30;
const OBJECT_ID = 0x06;
const OCTETS = 0x04;
/** The only part of a certificate's body with this tag. */
const EXTENSIONS = 0xa3;
const URI = 0x86;
/** 2.5.29.17, the extension with the alternative names. */
const ALTERNATIVE_NAMES = [0x55, 0x1d, 0x11];

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** @param der a certificate (X.509); what is none has no URIs */
export function certificateUris(der: Uint8Array): string[] {
  const body = elements(elements(der)[0]?.content).find(({ tag }) => tag === SEQUENCE);
  const extensions = elements(body?.content).find(({ tag }) => tag === EXTENSIONS);
  const decoder = new TextDecoder("latin1");
  for (const { content } of elements(elements(extensions?.content)[0]?.content)) {
    const parts = elements(content);
    if (!parts.some(isAlternativeNames)) continue;
    const names = parts.find(({ tag }) => tag === OCTETS);
    return elements(elements(names?.content)[0]?.content)
      .filter(({ tag }) => tag === URI).map(({ content }) => decoder.decode(content));
  }
  return [];
}

function isAlternativeNames({ tag, content }: Element): boolean {
  return tag === OBJECT_ID && content.length === ALTERNATIVE_NAMES.length &&
    ALTERNATIVE_NAMES.every((byte, i) => content[i] === byte);
}

/** The elements that stand behind each other; none where one of them is cut off. */
function elements(bytes: Uint8Array = new Uint8Array()): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = lengthAt(bytes, at + 1);
    if (!length || length.end > bytes.length) return [];
    found.push({ tag: bytes[at]!, content: bytes.subarray(length.start, length.end) });
    at = length.end;
  }
  return found;
}

/** Where the content of an element begins and ends, by the length that stands before it. */
function lengthAt(bytes: Uint8Array, at: number): { readonly start: number; readonly end: number } | null {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return { start: at + 1, end: at + 1 + first };
  const digits = first & 0x7f;
  if (digits === 0 || digits > 3) return null;
  let length = 0;
  for (let i = 1; i <= digits; i++) length = length * 256 + (bytes[at + i] ?? 0);
  return { start: at + 1 + digits, end: at + 1 + digits + length };
}
