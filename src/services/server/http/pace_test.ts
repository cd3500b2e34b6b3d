import { assertEquals } from "../../../../tests/assert.ts";
import { Pace } from "./pace.ts";

Deno.test("pace: some at once, then so many a second, for each of them", () => {
  const pace = new Pace(3, 10);
  const take = (who: string, now: number) => Math.round(pace.take(who, now));
  assertEquals([take("a", 0), take("a", 0), take("a", 0), take("a", 0)], [0, 0, 0, 100]);
  assertEquals(take("b", 0), 0);
  assertEquals([take("a", 60), take("a", 110), take("a", 110)], [40, 0, 90]);
  assertEquals([take("a", 1e6), take("a", 1e6), take("a", 1e6), take("a", 1e6)], [0, 0, 0, 100]);
});

Deno.test("pace: what is remembered is bounded", () => {
  const pace = new Pace(1, 1);
  for (let i = 0; i < 5000; i++) assertEquals(pace.take(`user ${i}`, 0), 0);
  assertEquals(pace.take("user 0", 0), 0, "forgotten");
  assertEquals(pace.take("user 4999", 0), 1000);
});
