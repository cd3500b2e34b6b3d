import { assert, assertEquals } from "../../../tests/assert.ts";
import { checkPassword } from "./password_rule.ts";

Deno.test("passwords: long ones are taken, whatever they are made of", () => {
  for (
    const good of ["correct horse battery", "Tr0ub4dor&3-x9", "ünïcödé-wörter", "a".repeat(20) + "bcdefgh-ij"]
  ) {
    assertEquals(checkPassword(good, "admin"), "", good);
  }
});

Deno.test("passwords: short, endless, repeated and common ones are refused without being shown", () => {
  const bad = [
    "short",
    "elevenchars",
    "x".repeat(129),
    "aaaaaaaaaaaaaaaa",
    "abababababababab",
    "password1234",
    "Password123456789",
    "AdminAdmin2024!",
    "qwertyqwerty1",
    "operator-operator-1",
  ];
  for (const password of bad) {
    const problem = checkPassword(password, "operator");
    assert(problem !== "", password);
    assert(!problem.includes(password), problem);
  }
});
