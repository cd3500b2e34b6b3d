import { assert, assertEquals } from "../../../../tests/assert.ts";
import { testNeeding } from "../../../../tests/needs.ts";
import { programParts } from "./program_parts.ts";

testNeeding({
  name: "parts: libraries of a program, the interpreter of a script, as the file is now",
  needs: ["bwrap"],
  fn: async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    try {
      const tool = `${folder}/my tool`;
      const only = async () => (await programParts([tool])).get(tool)!;
      await Deno.copyFile("/bin/cat", tool);
      const { interpreter, libraries } = await only();
      assertEquals(interpreter, []);
      assert(libraries.length > 0 && libraries.every((path) => path.startsWith("/")), libraries.join());
      await Deno.writeTextFile(tool, "#! /usr/bin/env  sh\necho\n");
      assertEquals(await only(), { interpreter: ["/usr/bin/env", "sh"], libraries: [] });
      await Deno.writeTextFile(tool, "echo without a first line\n");
      assertEquals(await only(), { interpreter: [], libraries: [] });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
