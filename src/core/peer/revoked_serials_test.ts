import { assertEquals, assertThrows } from "../../../tests/assert.ts";
import { DaguError } from "../errors.ts";
import { parseRevoked, serialText } from "./revoked_serials.ts";

Deno.test("revoked: serial numbers are the same however they are written", () => {
  const text = "# lost laptops\n\n00A1:b2 worker-gpu-1 2026-01-31\n\t7f\n0\n";
  assertEquals([...parseRevoked(text, "revoked")], ["a1b2", "7f", "0"]);
  assertEquals(serialText(Uint8Array.of(0, 0x0a, 0x1b)), "a1b");
});

Deno.test("revoked: a line that names no certificate is told", () => {
  assertThrows(() => parseRevoked("a1\nworker-gpu-1\n", "/c/revoked"), DaguError, "line 2");
});
