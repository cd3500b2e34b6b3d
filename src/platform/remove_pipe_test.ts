import { assertEquals } from "../../tests/assert.ts";
import { until } from "../../tests/support/home.ts";
import { removePipe } from "./remove_pipe.ts";
import { watchFolder } from "./watch_folder.ts";

Deno.test("a pipe makes a watch deaf, and its removal lets it hear again", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "watch-" }));
  const told: string[] = [];
  const onChange = (paths: readonly string[] | null) => void told.push(...paths ?? []);
  const watch = watchFolder(folder, { recursive: true, onChange, onLost: () => {} })!;
  try {
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    Deno.writeTextFileSync(`${folder}/x`, "");
    assertEquals(removePipe(`${folder}/x`), false);
    assertEquals(removePipe(`${folder}/none`), false);
    assertEquals(removePipe(`${folder}/pipe`), true);
    await until(() => told.includes(`${folder}/x`), "word of the file");
  } finally {
    watch.close();
    await Deno.remove(folder, { recursive: true });
  }
});
