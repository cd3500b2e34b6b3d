/** What services do with a home that is new, and with one that a newer program wrote. */
import { EXAMPLE_DAGS } from "../../src/app/home/example_dags.ts";
import { loadDag } from "../../src/spec/load.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { Home, programArgs } from "../support/home.ts";
import { ServerProcess } from "../support/server_process.ts";

const NAMES = EXAMPLE_DAGS.map(({ file }) => file);

/** A server that writes examples, on the folder of definitions as it is. */
async function folderAfterStart(home: Home): Promise<string[]> {
  const program = ["env", "DAGU_SKIP_EXAMPLES=false", ...programArgs()];
  await using _ = await ServerProcess.start(home, { program });
  return [...Deno.readDirSync(`${home.path}/dags`)].map(({ name }) => name).sort();
}

Deno.test("first start: an empty folder gets examples once, another one none", async () => {
  await using home = await Home.make();
  assertEquals(await folderAfterStart(home), [".examples-created", ...NAMES]);
  for (const name of NAMES) await Deno.remove(`${home.path}/dags/${name}`);
  assertEquals(await folderAfterStart(home), [".examples-created"]);
  await Deno.rename(`${home.path}/dags/.examples-created`, `${home.path}/dags/notes.txt`);
  assertEquals(await folderAfterStart(home), ["notes.txt"]);
});

Deno.test("first start: skipExamples", async () => {
  await using home = await Home.make();
  await using _ = await ServerProcess.start(home);
  assertEquals([...Deno.readDirSync(`${home.path}/dags`)], []);
});

Deno.test("first start: the examples are valid, and those without a container run", async () => {
  await using home = await Home.make();
  for (const { file, text } of EXAMPLE_DAGS) {
    loadDag({ text, file: `/${file}`, base: null });
    if (text.includes("container:")) continue;
    const path = home.dag(file.replace(".yaml", ""), text);
    const { code, stdout, stderr } = await home.run(["start", path]);
    assertEquals(code, 0, stdout + stderr);
  }
});

Deno.test("first start: data of a newer program is refused", async () => {
  await using home = await Home.make();
  await Deno.mkdir(`${home.path}/data`);
  await Deno.writeTextFile(`${home.path}/data/format.json`, '{"format":2,"program":"9.0.0"}\n');
  for (const command of ["server", "scheduler"]) {
    const { code, stderr } = await home.run([command]);
    assertEquals(code, 1);
    assertMatch(stderr, /says format 2, of version 9\.0\.0; this is version .* use the newer program/);
  }
});
