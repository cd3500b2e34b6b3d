import ssh2 from "ssh2";
import { assertEquals, assertThrows } from "../../../tests/assert.ts";
import { exactEcKey, signableKey } from "./worker_keys.ts";
import type { ParsedKey, Ssh2 } from "./ssh2_types.ts";

const { utils } = ssh2 as unknown as Ssh2;

/** Signs with what OpenSSH's form of a key gives, and checks that with the public half. */
function signs(pem: string, type: string, publicKey: string): boolean {
  const data = new TextEncoder().encode("data");
  const signature = (utils.parseKey(exactEcKey(pem, type)) as ParsedKey).sign(data);
  if (signature instanceof Error) throw signature;
  return (utils.parseKey(publicKey) as ParsedKey).verify(data, signature) === true;
}

/** A key as the package makes it of OpenSSH's form, whose secret number is written with `length` bytes. */
async function ecKey(curve: "P-256" | "P-384", wanted: (secret: Uint8Array) => boolean) {
  for (;;) {
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: curve }, true, [
      "sign",
      "verify",
    ]);
    const { d, x, y } = await crypto.subtle.exportKey("jwk", pair.privateKey);
    const secret = bytes(d!);
    if (!wanted(secret)) continue;
    const point = new Uint8Array([4, ...bytes(x!), ...bytes(y!)]);
    return { secret, point };
  }
}

function bytes(base64url: string): Uint8Array {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

const OIDS = {
  "P-256": [0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
  "P-384": [0x06, 5, 0x2b, 0x81, 4, 0, 0x22],
};

function der(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  return [
    tag,
    ...(length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255]),
    ...content,
  ];
}

function sec1(curve: keyof typeof OIDS, secret: Uint8Array, point: Uint8Array): string {
  const whole = der(0x30, [
    ...[2, 1, 1],
    ...der(4, [...secret]),
    ...der(0xa0, OIDS[curve]),
    ...der(0xa1, der(3, [0, ...point])),
  ]);
  return `-----BEGIN EC PRIVATE KEY-----\n${
    btoa(String.fromCharCode(...whole))
  }\n-----END EC PRIVATE KEY-----`;
}

function sshPublic(name: string, point: Uint8Array): string {
  const text = (value: string) => [...new TextEncoder().encode(value)];
  const field = (value: readonly number[]) => [0, 0, value.length >> 8, value.length & 255, ...value];
  const blob = [...field(text(`ecdsa-sha2-${name}`)), ...field(text(name)), ...field([...point])];
  return `ecdsa-sha2-${name} ${btoa(String.fromCharCode(...blob))}`;
}

Deno.test("ssh keys: an EC key signs however its secret number is written", async () => {
  for (
    const [curve, name] of [["P-256", "nistp256"], ["P-384", "nistp384"]] as const
  ) {
    const { secret, point } = await ecKey(curve, () => true);
    const publicKey = sshPublic(name, point);
    const type = `ecdsa-sha2-${name}`;
    for (const written of [secret, new Uint8Array([0, ...secret])]) {
      assertEquals(signs(sec1(curve, written, point), type, publicKey), true, `${name} of ${written.length}`);
    }
  }
  const { secret, point } = await ecKey("P-256", (bytes) => bytes[0] === 0);
  const short = sec1("P-256", secret.slice(1), point);
  assertEquals(signs(short, "ecdsa-sha2-nistp256", sshPublic("nistp256", point)), true, "short");
});

Deno.test("ssh keys: what needs no change has none", () => {
  assertEquals(signableKey("anything", ""), "anything");
  assertEquals(exactEcKey("anything", "ssh-rsa"), "anything");
  assertThrows(() => signableKey("-----BEGIN ENCRYPTED PRIVATE KEY-----", ""), Error, "without passphrase");
  assertThrows(() => signableKey("-----BEGIN ENCRYPTED PRIVATE KEY-----", "x"), Error, "passphrase is wrong");
});
