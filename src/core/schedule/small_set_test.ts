import { assertEquals } from "../../../tests/assert.ts";
import { hasMember, memberFrom, members, smallSet } from "./small_set.ts";

Deno.test("small set: members at every place", () => {
  for (let value = 0; value < 64; value++) {
    const set = smallSet([value]);
    assertEquals(members(set), [value]);
    assertEquals(hasMember(set, value), true);
    assertEquals(hasMember(set, (value + 1) % 64), false);
    assertEquals(memberFrom(set, value), value);
    assertEquals(memberFrom(set, value + 1), -1);
  }
});

Deno.test("small set: the next member", () => {
  const set = smallSet([59, 3, 31, 32]);
  assertEquals(members(set), [3, 31, 32, 59]);
  assertEquals([0, 4, 32, 33, 60].map((from) => memberFrom(set, from)), [3, 31, 32, 59, -1]);
  assertEquals(memberFrom(smallSet([]), 0), -1);
});
