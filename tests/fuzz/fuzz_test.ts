/** Damaged and hostile input for every reader: a short form of `campaigns/fuzz.ts`, always with the same seeds. */
import { assertEquals } from "../assert.ts";
import { countOf, fuzz } from "./fuzz.ts";
import { allTargets } from "./targets.ts";

const INPUTS = 200;

for (const [name, target] of Object.entries(allTargets())) {
  Deno.test(`fuzz: ${name}`, async () => {
    assertEquals(await Array.fromAsync(fuzz(target, 1, countOf(target, INPUTS))), []);
  });
}
