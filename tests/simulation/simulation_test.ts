/**
 * Some worlds of the simulation, in which the program's own services live on a disk, a network and clocks that fail.
 * `deno task simulate --seeds=1-10000` lives through more.
 */
import { assert, assertEquals } from "../assert.ts";
import { MUTANTS } from "./mutants.ts";
import { oneWorld } from "./one_world.ts";

const SEEDS = 25;

Deno.test("simulation: whatever fails, the guarantees hold", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { failure } = await oneWorld(seed);
    assertEquals(failure?.message ?? "", "", `deno task simulate --seeds=${seed}`);
  }
});

Deno.test("simulation: a seed makes the same world each time", async () => {
  const first = await oneWorld(7, true);
  await oneWorld(8);
  const second = await oneWorld(7, true);
  assertEquals(second.print, first.print);
  assertEquals(second.story.map(withoutMount), first.story.map(withoutMount));
});

Deno.test("simulation: what the mutants take away is in the program", () => {
  for (const { name, edits } of MUTANTS) {
    for (const { file, find } of edits) {
      const source = Deno.readTextFileSync(new URL(`../../${file}`, import.meta.url));
      assert(source.includes(find), `${name}: ${file}`);
    }
  }
});

/** Where a process sees the disk is not the same in two worlds. */
function withoutMount(line: string): string {
  return line.replaceAll(/\/m\d+\./g, "/m.");
}
