import { Random } from "../../../tests/fakes/random.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { Masker, type MaskStream, secretsIn } from "./mask.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function through(stream: MaskStream, text: string, size: number): string {
  const bytes = encode(text);
  const parts: number[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(...stream.push(bytes.slice(at, at + size)));
  parts.push(...stream.end());
  return decode(Uint8Array.from(parts));
}

Deno.test("values are hidden in texts", () => {
  const masker = new Masker(["topsecret", "", "x"]);
  assertEquals(masker.text("[topsecret] text"), "[*******] te*******t");
  assertEquals(new Masker([]).text("as it is"), "as it is");
});

Deno.test("long values, and long lists of lines, are hidden", () => {
  const long = `${"x".repeat(200_000)}end`;
  const lines = Array.from({ length: 5000 }, (_, i) => `line number ${i}`);
  const masker = new Masker([long, lines.join("\n")]);
  assertEquals(masker.text(`[${long}] [${lines[17]}] ${btoa(long)}`), "[*******] [*******] *******Q=");
  assertEquals(through(masker.stream(), `[${long}] [${lines[17]}]`, 7000), "[*******] [*******]");
});

Deno.test("those of the secrets that a text holds", () => {
  const secrets = ["first-one", "second", "third", ""];
  assertEquals(secretsIn(secrets, ["the second", btoa("a third")]), ["second", "third"]);
  assertEquals(secretsIn(secrets, []), []);
});

Deno.test("forms of a value and lines of a long one", () => {
  const secret = 'p"ä ss/w\\rd+1';
  const masker = new Masker([secret, "-----BEGIN-----\nabcdefgh\n}\n"]);
  const base64 = (text: string) => btoa(String.fromCharCode(...encode(text)));
  assertEquals(masker.text(JSON.stringify({ k: secret })), '{"k":"*******"}');
  assertEquals(masker.text(`u?p=${encodeURIComponent(secret)}`), "u?p=*******");
  for (const around of ["", "a:", "ab:", "abc:"]) {
    const text = base64(`${around}${secret}`);
    const masked = masker.text(text);
    assert(masked.includes("*******") && masked.length < text.length, masked);
  }
  assertEquals(masker.text("x abcdefgh } -----BEGIN-----"), "x ******* } *******");
});

Deno.test("the longest value wins, whatever the borders of the chunks", () => {
  const masker = new Masker(["abcd", "abcdef", "bcdx", "日本語"]);
  const text = "zabcdefg abcdx abcde ababcd 日本語! 日本 abc";
  const expected = "z*******g *******x *******e ab******* *******! 日本 abc";
  assertEquals(masker.text(text), expected);
  const stream = masker.stream();
  for (let size = 1; size <= encode(text).length; size++) {
    assertEquals(through(stream, text, size), expected, `size ${size}`);
  }
});

Deno.test("what cannot be a secret is not held back", () => {
  const stream = new Masker(["secret"]).stream();
  assertEquals(decode(stream.push(encode("line\n"))), "line\n");
  assertEquals(decode(stream.push(encode("a sec"))), "a ");
  assertEquals(decode(stream.push(encode("ond\n"))), "second\n");
  assertEquals(decode(stream.end()), "");
});

Deno.test("random values in random chunks", () => {
  const random = new Random(11);
  const next = (n: number) => random.below(n);
  const word = (n: number) => Array.from({ length: 1 + next(n) }, () => "ab"[next(2)]).join("");
  for (let round = 0; round < 500; round++) {
    const masker = new Masker(Array.from({ length: 1 + next(3) }, () => word(5)));
    const text = word(40);
    assertEquals(through(masker.stream(), text, 1 + next(7)), masker.text(text), text);
  }
});
