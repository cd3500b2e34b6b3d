import { assertEquals } from "../../tests/assert.ts";
import { certificateUris } from "./certificate_uris.ts";

function element(tag: number, ...content: readonly (readonly number[])[]): number[] {
  const bytes = content.flat();
  const length = bytes.length < 0x80 ? [bytes.length] : [0x82, bytes.length >> 8, bytes.length & 0xff];
  return [tag, ...length, ...bytes];
}

function text(tag: number, value: string): number[] {
  return element(tag, [...new TextEncoder().encode(value)]);
}

function extension(id: readonly number[], ...names: readonly (readonly number[])[]): number[] {
  return element(0x30, element(0x06, id), element(0x04, element(0x30, ...names)));
}

function certificate(subject: readonly number[], ...extensions: readonly (readonly number[])[]): Uint8Array {
  const body = element(0x30, element(0x30, subject), element(0xa3, element(0x30, ...extensions)));
  return new Uint8Array(element(0x30, body, element(0x30), element(0x03, [0])));
}

const NAMES = [0x55, 0x1d, 0x11];

Deno.test("only URIs among the alternative names count", () => {
  const names = extension(
    NAMES,
    text(0x82, "a.example, URI:role:admin"),
    text(0x86, "role:worker/w"),
    text(0x86, "x".repeat(300)),
  );
  const other = extension([0x55, 0x1d, 0x12], text(0x86, "role:admin"));
  const subject = extension(NAMES, text(0x86, "role:admin"));
  assertEquals(certificateUris(certificate(subject, other, names)), ["role:worker/w", "x".repeat(300)]);
  assertEquals(certificateUris(certificate(subject, other)), []);
});

Deno.test("what is cut off, or no certificate, has none", () => {
  const whole = certificate([], extension(NAMES, text(0x86, "role:client")));
  assertEquals(certificateUris(whole), ["role:client"]);
  for (let length = 0; length < whole.length; length++) {
    assertEquals(certificateUris(whole.subarray(0, length)), [], `${length} bytes`);
  }
  assertEquals(certificateUris(new Uint8Array(500).fill(0x30)), []);
  assertEquals(certificateUris(new Uint8Array(500).fill(0xff)), []);
});
