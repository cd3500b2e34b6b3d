import { assert } from "./assert.ts";
import { matches, runSpec } from "./support/spec_case.ts";

const SPECS = new URL("specs/", import.meta.url);

Deno.test("specs: patterns", () => {
  assert(matches("a 12ms b\nc\n", "a [WORD] b\nc\n", "/d"));
  assert(matches("x\ny\nz\n", "x\n[WILDCARD]z\n", "/d"));
  assert(matches("/d/f: no.\n", "[DIR]/f: no.\n", "/d"));
  assert(!matches("a b c", "a [WORD]", "/d"));
  assert(!matches("/e/f: no.", "[DIR]/f: no.", "/d"));
  assert(!matches("nox", "no.", "/d"));
});

for (const entry of [...Deno.readDirSync(SPECS)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  if (!entry.isDirectory) continue;
  Deno.test(`specs: ${entry.name}`, async () => {
    const { difference } = await runSpec(new URL(`${entry.name}/`, SPECS));
    assert(difference === "", difference);
  });
}
