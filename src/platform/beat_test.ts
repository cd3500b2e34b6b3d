import { assert, assertEquals } from "../../tests/assert.ts";
import { atBeat, BEAT_MS, startBeats } from "./beat.ts";

Deno.test("what waits for beats is called back together", async () => {
  const seen: string[] = [];
  const begun = performance.now();
  const stop = startBeats(BEAT_MS, () => seen.push("each"));
  startBeats(BEAT_MS * 2, () => seen.push("second"))();
  const told = new Promise<void>((resolve) => atBeat(BEAT_MS * 2.9, resolve));
  atBeat(BEAT_MS, () => seen.push("once"));
  await told;
  stop();
  assertEquals(seen, ["each", "once", "each"]);
  assert(performance.now() - begun <= BEAT_MS * 2.9);
});
