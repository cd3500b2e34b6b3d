import { assert, assertEquals } from "../../../tests/assert.ts";
import { hashPassword, verifyPassword } from "./password_hash.ts";

Deno.test("password hash: the right password and no other; each hash has a salt of its own", async () => {
  const hash = await hashPassword("correct horse battery", 4);
  assert(hash !== await hashPassword("correct horse battery", 4));
  assert(hash.startsWith("$scrypt$ln=4,r=8,p=3$"));
  assertEquals(await verifyPassword("correct horse battery", hash), true);
  assertEquals(await verifyPassword("correct horse batterz", hash), false);
  assertEquals(await verifyPassword("", hash), false);
});

Deno.test("password hash: the same letters in another form of Unicode are the same password", async () => {
  assertEquals(
    await verifyPassword("cafe\u0301 au lait 12", await hashPassword("caf\u00e9 au lait 12", 4)),
    true,
  );
});

Deno.test("password hash: texts that are none, or ask for much work, match nothing", async () => {
  const hash = await hashPassword("x", 4);
  for (
    const stored of ["", "x", hash.slice(0, -40), hash.replace("ln=4", "ln=30"), hash.replace("r=8", "r=99")]
  ) {
    assertEquals(await verifyPassword("x", stored), false, stored);
  }
});
