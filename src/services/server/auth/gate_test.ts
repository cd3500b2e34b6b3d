import { assertEquals, assertRejects } from "../../../../tests/assert.ts";
import { Gate } from "./gate.ts";

Deno.test("gate: so many at once, so many wait, the rest is refused; failed work gives its slot back", async () => {
  const gate = new Gate(2, 3);
  const ends: (() => void)[] = [];
  let most = 0, now = 0, done = 0;
  const work = async () => {
    most = Math.max(most, ++now);
    await new Promise<void>((resolve) => ends.push(resolve));
    now--;
    if (++done % 2 === 0) throw new Error("failed");
  };
  const full = () => new Error("full");
  const all = [1, 2, 3, 4, 5].map(() => gate.run(work, full).catch(() => {}));
  await assertRejects(() => gate.run(work, full), Error, "full");
  while (done < 5) {
    ends.shift()?.();
    await Promise.resolve();
  }
  await Promise.all(all);
  assertEquals([most, now], [2, 0]);
  await gate.run(() => Promise.resolve(), full);
});
