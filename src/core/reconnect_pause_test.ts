import { assert, assertEquals } from "../../tests/assert.ts";
import { reconnectPause } from "./reconnect_pause.ts";

Deno.test("pauses grow from 0.2 to 5 seconds and differ", () => {
  const longest = [1, 2, 3, 4, 5, 6, 50].map((failures) => reconnectPause(failures, 1));
  assertEquals(longest, [400, 800, 1600, 3200, 5000, 5000, 5000]);
  for (const failures of [1, 4, 50]) {
    assertEquals(reconnectPause(failures, 0), 200);
    assert(reconnectPause(failures, 0.3) < reconnectPause(failures, 0.6));
  }
});
