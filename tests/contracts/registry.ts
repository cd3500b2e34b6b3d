/** What every registry of services promises. */
import { assertEquals } from "../assert.ts";
import type { Registry, ServiceNote } from "../../src/ports/registry.ts";

export interface RegistryBench {
  readonly registry: Registry;
  /** Another process's view of the same entries. */
  readonly other: Registry;
  cleanUp(): Promise<void>;
}

const note = (id: string, port = 0): ServiceNote => ({ id, host: `${id}.example`, port });

export function testRegistry(kind: string, open: () => Promise<RegistryBench>): void {
  const test = (what: string, body: (bench: RegistryBench) => void) =>
    Deno.test(`registry (${kind}): ${what}`, async () => {
      const bench = await open();
      try {
        body(bench);
      } finally {
        await bench.cleanUp();
      }
    });

  test("a service is found while its entry is there", ({ registry, other }) => {
    assertEquals(other.services("coordinator"), []);
    const entry = registry.register("coordinator", note("c@1", 50055));
    const [found] = other.services("coordinator");
    assertEquals([found?.id, found?.host, found?.port, found?.active], ["c@1", "c@1.example", 50055, false]);
    assertEquals(other.services("worker"), []);
    entry.remove();
    assertEquals(other.services("coordinator"), []);
  });

  test("who acts comes first, then who began last", ({ registry, other }) => {
    const entries = ["a", "b", "c"].map((id) => registry.register("worker", note(id)));
    entries[1]!.active = true;
    assertEquals(entries.map((entry) => entry.active), [false, true, false]);
    const ids = other.services("worker").map(({ id }) => id);
    assertEquals([ids[0], ids.length], ["b", 3]);
    entries[1]!.active = false;
    entries[2]!.active = true;
    assertEquals(other.services("worker")[0]?.id, "c");
    for (const entry of entries) entry.remove();
  });

  test("an entry of the same id takes the place of the one before", ({ registry, other }) => {
    registry.register("scheduler", note("s", 1)).remove();
    const entry = registry.register("scheduler", note("s", 2));
    assertEquals(other.services("scheduler").map(({ port }) => port), [2]);
    entry.remove();
  });
}
