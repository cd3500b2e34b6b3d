import { assertEquals, assertMatch } from "./assert.ts";
import { needs } from "./needs.ts";

function withEnv(name: string, value: string, run: () => void): void {
  const before = Deno.env.get(name);
  Deno.env.set(name, value);
  try {
    run();
  } finally {
    if (before === undefined) Deno.env.delete(name);
    else Deno.env.set(name, before);
  }
}

Deno.test("needs: finds a program on the PATH", () => {
  const folder = Deno.makeTempDirSync();
  try {
    withEnv("PATH", folder, () => {
      assertEquals(needs("fish").available, false);
      Deno.writeTextFileSync(`${folder}/fish`, "#!/bin/sh\n", { mode: 0o600 });
      assertEquals(needs("fish").available, false, "A file that cannot be run is no program");
      Deno.chmodSync(`${folder}/fish`, 0o700);
      assertEquals(needs("fish"), { available: true, reason: "", path: `${folder}/fish` });
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("needs: says why the reference program is missing", () => {
  withEnv("PEER", "/nowhere/dagu", () => {
    assertEquals(needs("peer").available, false);
    assertMatch(needs("peer").reason, /PEER/);
  });
});
