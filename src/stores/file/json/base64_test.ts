import { assertEquals } from "../../../../tests/assert.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";

Deno.test("base 64 of any text", () => {
  const long = "ü💡\n".repeat(20_000);
  assertEquals(decodeBase64(encodeBase64(long)), long);
  assertEquals(encodeBase64(""), "");
  assertEquals(decodeBase64("%"), "");
});
