import { assert, assertEquals } from "../../../tests/assert.ts";
import { LoginLimit } from "./login_limit.ts";

Deno.test("login limit: from five wrong tries on each one doubles the pause", () => {
  const limit = new LoginLimit();
  let now = 0;
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    assertEquals(limit.wait("ann", "1.1.1.1", now), 0);
    limit.begin("ann", "1.1.1.1", now);
    const pause = limit.wait("ann", "1.1.1.1", now);
    pauses.push(pause);
    now += pause;
  }
  assertEquals(pauses, [0, 0, 0, 0, 1000, 2000, 4000, 8000]);
});

Deno.test("login limit: a right try begins anew, and others are not disturbed", () => {
  const limit = new LoginLimit();
  for (let i = 0; i < 5; i++) limit.begin("ann", "1.1.1.1", 0);
  assert(limit.wait("ann", "1.1.1.1", 0) > 0);
  assertEquals(limit.wait("ann", "2.2.2.2", 0), 0);
  assertEquals(limit.wait("bob", "1.1.1.1", 0), 0);
  limit.begin("ann", "1.1.1.1", 1000);
  limit.right("ann", "1.1.1.1");
  assertEquals(limit.wait("ann", "1.1.1.1", 1000), 0);
});

Deno.test("login limit: many names from one address are slowed down, too", () => {
  const limit = new LoginLimit();
  for (let i = 0; i < 15; i++) {
    assertEquals(limit.wait(`user${i}`, "1.1.1.1", 0), 0);
    limit.begin(`user${i}`, "1.1.1.1", 0);
  }
  assert(limit.wait("another", "1.1.1.1", 0) > 0);
});

Deno.test("login limit: a name that many addresses try stays open to its owner within seconds", () => {
  const limit = new LoginLimit();
  for (let i = 0; i < 1000; i++) limit.begin("ann", `10.0.${i >> 8}.${i & 255}`, 0);
  const wait = limit.wait("ann", "9.9.9.9", 0);
  assert(wait > 0 && wait <= 2000, String(wait));
});

Deno.test("login limit: old tries are forgotten", () => {
  const limit = new LoginLimit();
  for (let i = 0; i < 12; i++) limit.begin("ann", "1.1.1.1", 0);
  assertEquals(limit.wait("ann", "1.1.1.1", 16 * 60_000), 0);
});
