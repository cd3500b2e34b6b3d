import { assert, assertEquals } from "../../../tests/assert.ts";
import { dagFileAt, findDagFile, listDagFiles } from "./dag_folder.ts";
import { suspendFlag, suspendFlagName } from "./suspension.ts";

async function folder(work: (dir: string) => void): Promise<void> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "dags-" }));
  try {
    work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function write(dir: string, ...files: readonly string[]): void {
  for (const file of files) {
    Deno.mkdirSync(`${dir}/${file.replace(/[^/]*$/, "")}`, { recursive: true });
    Deno.writeTextFileSync(`${dir}/${file}`, "steps: []\n");
  }
}

Deno.test("files of definitions: those of all folders by name, of two endings one", () =>
  folder((dir) => {
    write(dir, "b.yaml", "b.yml", "a.yml", "team/b.yaml", "team/deep/c.yml", ".hidden/x.yaml", "note.txt");
    Deno.symlinkSync(dir, `${dir}/team/up`);
    const paths = listDagFiles(dir).map(({ fileName, path }) => [fileName, path.slice(dir.length + 1)]);
    assertEquals(paths, [["a", "a.yml"], ["b", "b.yaml"], ["team/b", "team/b.yaml"], [
      "team/deep/c",
      "team/deep/c.yml",
    ]]);
    assertEquals(dagFileAt(dir, `${dir}/b.yml`), null, "the other one counts");
    Deno.removeSync(`${dir}/b.yaml`);
    assertEquals(dagFileAt(dir, `${dir}/b.yml`)?.fileName, "b");
  }));

Deno.test("files of definitions: a name finds what the list tells, and nothing else", () =>
  folder((dir) => {
    const dags = `${dir}/dags`;
    write(dags, "a.yaml", "team/b.yml", ".hidden.yaml", "team/.x/c.yaml");
    write(dir, "outside.yaml");
    for (const file of listDagFiles(dags)) assertEquals(findDagFile(dags, file.fileName), file);
    const names = [
      "",
      ".",
      "..",
      "../outside",
      "team/../a",
      "team//b",
      "/a",
      "team/b/",
      ".hidden",
      "team/.x/c",
      "a\0",
    ];
    for (const name of [...names, "team", "A", `${"x/".repeat(20)}a`]) {
      assertEquals(findDagFile(dags, name), null, name);
    }
  }));

Deno.test("flags of suspension: one for each definition, wherever it stands", () => {
  assertEquals(suspendFlag("/s", "my flow"), "/s/my_flow.suspend");
  const names = ["team/etl", "team_etl", "team-etl", "team/_etl", "etl"].map(suspendFlagName);
  assertEquals(new Set(names).size, names.length);
  assert(names.every((name) => /^[A-Za-z0-9_-]+\.suspend$/.test(name)));
});
