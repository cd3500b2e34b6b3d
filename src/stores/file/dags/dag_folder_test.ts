import { assert, assertEquals } from "../../../../tests/assert.ts";
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

Deno.test("files of definitions: modules that make one, and change with what they import", () =>
  folder((dir) => {
    const put = (file: string, text: string) => {
      write(dir, file);
      Deno.writeTextFileSync(`${dir}/${file}`, text);
    };
    const flow =
      'import { dag } from "@x/dagu/dag";\nimport "./lib.ts";\nexport default dag({ steps: [] });\n';
    put("flow.ts", flow);
    put("lib.ts", "export const one = 1;\n");
    put("parts.ts", 'import { dag } from "@x/dagu/dag";\nexport const make = () => dag({ steps: [] });\n');
    put("step.ts", 'import type { StepContext } from "@x/dagu";\nexport default (ctx: StepContext) => {};\n');
    put("other.ts", 'import { type StepContext } from "@x/dagu";\nexport default async function (c) {}\n');
    put("node_modules/x/flow.ts", flow);
    for (const name of ["flow.test.ts", "flow_test.ts", "flow.d.ts", "both.ts"]) put(name, flow);
    write(dir, "both.yml", "team/a.yaml");
    put(
      "team/b.mts",
      'import * as d from "@x/dagu";\nconst made = d.dag({});\nexport { made as default };\n',
    );
    const files = listDagFiles(dir);
    assertEquals(files.map(({ path }) => path.slice(dir.length + 1)), [
      "both.yml",
      "flow.ts",
      "team/a.yaml",
      "team/b.mts",
    ]);
    for (const file of files) {
      assertEquals(findDagFile(dir, file.fileName), file);
      assertEquals(dagFileAt(dir, file.path), file);
    }
    assertEquals([findDagFile(dir, "lib"), dagFileAt(dir, `${dir}/both.ts`)], [null, null]);
    put("lib.ts", "export const one = 2;\n");
    assert(findDagFile(dir, "flow")?.stamp !== files[1]?.stamp, "it imports what has changed");
    Deno.removeSync(`${dir}/both.yml`);
    assertEquals(findDagFile(dir, "both")?.path, `${dir}/both.ts`);
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
