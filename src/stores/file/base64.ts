/** Base 64 of UTF-8 text. */

const CHUNK = 0x8000;

export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let i = 0; i < bytes.length; i += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return btoa(binary);
}

/** "" for what is no base 64. */
export function decodeBase64(base64: string): string {
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)),
    );
  } catch {
    return "";
  }
}
