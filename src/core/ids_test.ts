import { assertEquals, assertMatch } from "../../tests/assert.ts";
import { attemptId, base58, idTime, subRunId, uuidV7 } from "./ids.ts";

const zeros = (n: number) => new Uint8Array(n);
const ones = (n: number) => new Uint8Array(n).fill(255);

Deno.test("uuidV7() carries time, version and variant", () => {
  assertEquals(uuidV7(0x01a2056c2ecc, zeros), "01a2056c-2ecc-7000-8000-000000000000");
  assertEquals(uuidV7(0x01a2056c2ecc, ones), "01a2056c-2ecc-7fff-bfff-ffffffffffff");
});

Deno.test("uuidV7() of a later time sorts later", () => {
  assertEquals(uuidV7(1_700_000_000_000, ones) < uuidV7(1_700_000_000_001, zeros), true);
});

Deno.test("attemptId() is six hexadecimal digits", () => {
  assertMatch(attemptId(ones), /^[0-9a-f]{6}$/);
});

Deno.test("base58() keeps leading zero bytes", () => {
  assertEquals(base58(new Uint8Array([0, 0, 1])), "112");
  assertEquals(base58(new TextEncoder().encode("Hello World!")), "2NEpo7TZRRrLZSi2U");
});

Deno.test("subRunId() equals what Dagu 1.30.2 computed for a recorded run", async () => {
  assertEquals(
    await subRunId("01a2056c-2ecc-7c32-97e7-4d3072af9faa", "three", 'P="1"'),
    "CiboWU2SvUw8dYoUdC86AZaCREcf2cHEHgqb2CCC9LbP",
  );
});

Deno.test("idTime() is the time of a UUID of version 7 and of no other id", () => {
  assertEquals(idTime(uuidV7(0x01a2056c2ecc, ones)), 0x01a2056c2ecc);
  assertEquals(idTime("01a2056c-2ecc-7fff-bfff-fffffffffffF"), null);
  assertEquals(idTime("01a2056c-2ecc-8fff-bfff-ffffffffffff"), null);
  assertEquals(idTime("x01a2056c-2ecc-7fff-bfff-ffffffffffff"), null);
  assertEquals(idTime("nightly-1"), null);
});
