/** Damaged and hostile input for every reader: a short form of `campaigns/fuzz.ts`, always with the same seeds. */
import { assertEquals } from "../assert.ts";
import { fuzz } from "./fuzz.ts";
import { allTargets } from "./targets.ts";

const INPUTS = 150;
/** Of those that read and write files, or have a process of their own. */
const SLOW: Readonly<Record<string, number>> = {
  "run folder": 20,
  "HTTP connection": 100,
  "HTTP listeners": 5,
  "run commands": 40,
  import: 60,
  "scheduler's home": 1,
};

for (const [name, target] of Object.entries(allTargets())) {
  Deno.test(`fuzz: ${name}`, async () => {
    assertEquals(await Array.fromAsync(fuzz(target, 1, SLOW[name] ?? INPUTS)), []);
  });
}
