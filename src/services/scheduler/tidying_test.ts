import { assertEquals } from "../../../tests/assert.ts";
import { FakeClock, settle } from "../../../tests/fakes/fake_clock.ts";
import { keepTidy } from "./tidying.ts";

Deno.test("what is still there a minute later goes, what was in use stays; an hour later it is looked again", async () => {
  const clock = new FakeClock();
  const begin = clock.now();
  const ending = new AbortController();
  const looks = [["/a", "/b"], ["/b", "/c"], [], ["/d"], ["/d"]];
  const seen: number[] = [];
  const removed: string[] = [];
  const done = keepTidy({
    find: () => Promise.resolve(looks[seen.push((clock.now() - begin) / 1000) - 1]!),
    remove: (paths) => removed.push(...paths),
    clock,
    log: () => {},
  }, ending.signal);
  while (seen.length < looks.length) {
    await settle();
    clock.step();
    await settle();
    assertEquals(removed, seen.length < 2 ? [] : seen.length < 5 ? ["/b"] : ["/b", "/d"]);
  }
  assertEquals(seen, [15, 75, 3675, 7275, 7335]);
  ending.abort();
  await done;
});
