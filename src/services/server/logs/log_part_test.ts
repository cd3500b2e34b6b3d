import { assertEquals } from "../../../../tests/assert.ts";
import { MAX_LINES, windowOf } from "./log_part.ts";

Deno.test("log part: the last lines unless something else is asked for", () => {
  assertEquals(windowOf({}), { from: 0, count: 1000 });
  assertEquals(windowOf({ tail: 5 }), { from: 0, count: 5 });
  assertEquals(windowOf({ head: 5 }), { from: 1, count: 5 });
  assertEquals(windowOf({ offset: 7 }), { from: 7, count: 1000 });
  assertEquals(windowOf({ offset: 7, limit: 2 }), { from: 7, count: 2 });
  assertEquals(windowOf({ limit: 2 }), { from: 1, count: 2 });
});

Deno.test("log part: tail counts before head, both before a window; none is larger than an answer may be", () => {
  assertEquals(windowOf({ head: 5, tail: 3, offset: 9, limit: 1 }), { from: 0, count: 3 });
  assertEquals(windowOf({ head: 5, offset: 9, limit: 1 }), { from: 1, count: 5 });
  for (const part of [{ head: 1e6 }, { tail: 1e6 }, { limit: 1e6 }]) {
    assertEquals(windowOf(part).count, MAX_LINES);
  }
});
