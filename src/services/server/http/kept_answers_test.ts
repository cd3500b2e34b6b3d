import { assertEquals } from "../../../../tests/assert.ts";
import { keep } from "./answers.ts";
import { KeptAnswers } from "./kept_answers.ts";

Deno.test("kept answers: one is given for as long as its version holds", async () => {
  const kept = new KeptAnswers();
  const one = await keep(200, "one");
  kept.begin("/a", "1")(one);
  assertEquals(kept.get("/a", "1"), one);
  assertEquals(kept.get("/b", "1"), null);
  assertEquals(kept.get("/a", "2"), null);
  assertEquals(kept.get("/a", "1"), null, "the other version took its place");
});

Deno.test("kept answers: who asks while one is made waits for it; one that is not for others is made again", async () => {
  const kept = new KeptAnswers();
  assertEquals(kept.coming("/a", "1"), null);
  const tell = kept.begin("/a", "1");
  const waiting = [kept.coming("/a", "1"), kept.coming("/a", "1")];
  assertEquals(kept.coming("/a", "2"), null, "of another version");
  const one = await keep(200, "one");
  tell(one);
  assertEquals(await Promise.all(waiting), [one, one]);
  const tellAgain = kept.begin("/a", "2");
  const waitingAgain = kept.coming("/a", "2");
  tellAgain(null);
  assertEquals([await waitingAgain, kept.get("/a", "2")], [null, null]);
});
