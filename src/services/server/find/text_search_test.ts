import { assert, assertEquals, assertRejects } from "../../../../tests/assert.ts";
import { pause } from "../../../platform/time/timer.ts";
import { ApiError } from "../http/api_error.ts";
import { SlicedSearch } from "./text_search.ts";

const TEXT = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n");

/** A clock on which each line takes a millisecond. */
function slow(): () => number {
  let at = 0;
  return () => at++;
}

Deno.test("lines that match are told by their places, the first ones only", async () => {
  const search = new SlicedSearch("LINE [0-9]7$", slow());
  assertEquals(await search.linesIn(TEXT, 3), [17, 27, 37]);
  assertEquals(await search.linesIn("nothing", 3), []);
  assertEquals(await new SlicedSearch("(17", slow()).linesIn("x (17\ny", 3), [0]);
});

Deno.test("others have their turn between the slices of searches, however many search", async () => {
  let searching = 8;
  let turns = 0;
  const searches = Array.from({ length: searching }, async () => {
    const found = await new SlicedSearch("9$", slow()).linesIn(TEXT, 100);
    searching--;
    return found.length;
  });
  while (searching > 0) {
    await pause(0);
    turns++;
  }
  assertEquals(await Promise.all(searches), Array(8).fill(10));
  // Each of them takes twenty slices or so.
  assert(turns >= 100, `${turns} turns`);
});

Deno.test("a search that takes too long in all is given up", async () => {
  const search = new SlicedSearch("no.such", slow());
  await assertRejects(
    async () => {
      for (let i = 0; i < 20; i++) await search.linesIn(TEXT, 1);
    },
    ApiError,
    "The search took more than 1000 ms",
  );
});
