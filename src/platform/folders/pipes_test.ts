import { assertEquals } from "../../../tests/assert.ts";
import { until } from "../../../tests/support/home.ts";
import { removePipe } from "./pipes.ts";
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

Deno.test("a watch of a folder with pipes hears, and is ended", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "watch-" }));
  const told: string[] = [];
  const onChange = (paths: readonly string[] | null) => void told.push(...paths ?? []);
  const watch = () => watchFolder(folder, { recursive: true, guardPipes: true, onChange, onLost: () => {} })!;
  try {
    Deno.mkdirSync(`${folder}/below`);
    const makePipe = (name: string) => new Deno.Command("mkfifo", { args: [`${folder}/${name}`] }).output();
    await makePipe("below/before");
    Deno.utimeSync(folder, 1000, 1000);
    const first = watch();
    Deno.chmodSync(`${folder}/below/before`, 0o600);
    Deno.writeTextFileSync(`${folder}/x`, "");
    await until(() => told.includes(`${folder}/x`), "word of the file");
    await makePipe("later");
    // Ending waits in the background, and a further watch would wait with it.
    first.close();
    const second = watch();
    Deno.writeTextFileSync(`${folder}/y`, "");
    await until(() => told.includes(`${folder}/y`), "word of the second file");
    second.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
