import { assert, assertEquals, assertMatch } from "../../../../tests/assert.ts";
import { DagDir } from "../../../../tests/support/dag_dir.ts";
import { until } from "../../../../tests/support/home.ts";
import { basename } from "../../../platform/files/path.ts";
import { Glance, type ScheduledPart } from "../../../spec/glance.ts";
import { loadDag } from "../../../spec/load.ts";
import { Catalogue, type CatalogueOptions, type Definition } from "./catalogue.ts";

class Watched {
  readonly dir = new DagDir();
  readonly definitions = new Map<string, Definition>();
  readonly problems: string[] = [];
  readonly catalogue: Catalogue;

  constructor(readonly home: string, options: Partial<CatalogueOptions>) {
    this.catalogue = new Catalogue({
      dagsDir: this.dir.path,
      baseConfig: "",
      reader: () => this.dir.load,
      onChange: (path, definition) => {
        const name = path.slice(this.dir.path.length + 1);
        if (definition) this.definitions.set(name, definition);
        else this.definitions.delete(name);
      },
      onProblem: (path, message) => this.problems.push(`${path.slice(this.dir.path.length + 1)}: ${message}`),
      onRefreshed: () => {},
      ...options,
    });
  }

  expressions(name: string): string[] | null {
    const dag = this.definitions.get(name)?.dag;
    return dag?.schedules.map(({ kind, expression }) => `${kind} ${expression}`) ?? null;
  }
}

async function watched(
  body: (watched: Watched) => Promise<void>,
  options: (base: string) => Partial<CatalogueOptions> = () => ({}),
): Promise<void> {
  const home = Deno.makeTempDirSync({ prefix: "base-" });
  const own = new Watched(home, options(home));
  try {
    await body(own);
  } finally {
    own.catalogue.close();
    Deno.removeSync(own.dir.path, { recursive: true });
    Deno.removeSync(home, { recursive: true });
  }
}

Deno.test("catalogue: a module is read again when code changes that it imports", () => {
  let schedule = "@daily";
  const load = (file: string) => {
    const text = file.endsWith(".ts")
      ? `schedule: "${schedule}"\nsteps: [echo]\n`
      : Deno.readTextFileSync(file);
    return Promise.resolve(loadDag({ text, file }));
  };
  return watched(async ({ dir, catalogue, definitions }) => {
    const flow = 'import { dag } from "@x/dagu/dag";\nimport "./team/lib.ts";\nexport default dag({});\n';
    dir.put("flow.ts", flow);
    dir.put("team/lib.ts", "export const a = 1;\n");
    await catalogue.open();
    const expression = () => definitions.get("flow.ts")?.dag?.schedules[0]?.expression;
    assertEquals([[...definitions.keys()], expression()], [["flow.ts"], "@daily"]);
    schedule = "@hourly";
    dir.put("team/lib.ts", "export const a = 2;\n");
    await until(() => expression() === "@hourly", "the other schedule");
    dir.write("flow.yaml", '"@weekly"');
    await until(() => !definitions.has("flow.ts") && definitions.has("flow.yaml"), "the file that counts");
    dir.remove("flow.yaml");
    await until(() => definitions.has("flow.ts") && !definitions.has("flow.yaml"), "the module again");
  }, () => ({ reader: () => load }));
});

Deno.test("catalogue: definitions of the folder and its sub-folders; the rest is left alone", () =>
  watched(async ({ dir, catalogue, definitions, problems }) => {
    dir.write("a.yaml", '{start: "@daily", stop: "@hourly"}', "queue: q\nmaxActiveRuns: 3\n");
    dir.write("team/b.yml", '"@daily"', "name: other\nworkerSelector: {gpu: yes}\nskipIfSuccessful: true\n");
    dir.write("none.yaml", "");
    dir.write(".hidden/c.yaml", '"@daily"');
    dir.write("note.txt", '"@daily"');
    Deno.symlinkSync(dir.path, `${dir.path}/team/up`);
    await catalogue.open();
    assertEquals([...definitions.keys()].sort(), ["a.yaml", "none.yaml", "team/b.yml"]);
    assertEquals(definitions.get("none.yaml")?.dag, null);
    const { schedules: a, ...restA } = definitions.get("a.yaml")!.dag!;
    assertEquals(a.map(({ kind, expression }) => [kind, expression]), [["start", "@daily"], [
      "stop",
      "@hourly",
    ]]);
    assertEquals(restA, {
      name: "a",
      skipIfSuccessful: false,
      queue: "q",
      maxActiveRuns: 3,
      distributed: false,
    });
    const b = definitions.get("team/b.yml")!;
    assertEquals([b.fileName, b.dag?.name, b.dag?.distributed, b.dag?.skipIfSuccessful], [
      "team/b",
      "other",
      true,
      true,
    ]);
    assertEquals(problems, []);
  }));

Deno.test("catalogue: of two endings for one name one counts, and the other one when it is gone", () =>
  watched(async ({ dir, catalogue, definitions }) => {
    dir.write("a.yaml", '"@daily"');
    dir.write("a.yml", '"@hourly"');
    await catalogue.open();
    assertEquals([...definitions.keys()], ["a.yaml"]);
    Deno.removeSync(`${dir.path}/a.yaml`);
    await until(() => definitions.has("a.yml"), "the other one");
    assertEquals([...definitions.keys()], ["a.yml"]);
    dir.write("a.yaml", '"@daily"');
    await until(() => definitions.size === 1 && definitions.has("a.yaml"), "the first one");
    assertEquals([...definitions.keys()], ["a.yaml"]);
  }));

Deno.test("catalogue: files that come, change, move and go are seen without asking", () =>
  watched(async (own) => {
    const { dir, catalogue, definitions } = own;
    await catalogue.open();
    dir.write("a.yaml", '"@daily"');
    await until(() => definitions.has("a.yaml"), "new file");
    dir.write("a.yaml", '"@hourly"');
    await until(() => own.expressions("a.yaml")?.[0] === "start @hourly", "changed file");
    dir.write("deep/er/b.yaml", '"@daily"');
    await until(() => definitions.has("deep/er/b.yaml"), "file in a new folder");
    dir.write("temporary", '"@weekly"');
    Deno.renameSync(`${dir.path}/temporary`, `${dir.path}/a.yaml`);
    await until(() => own.expressions("a.yaml")?.[0] === "start @weekly", "file that took another's place");
    Deno.renameSync(`${dir.path}/deep`, `${dir.path}/v1.2`);
    await until(
      () => definitions.has("v1.2/er/b.yaml") && !definitions.has("deep/er/b.yaml"),
      "renamed folder",
    );
    dir.write("v1.2/er/b.yaml", '"@hourly"');
    await until(() => own.expressions("v1.2/er/b.yaml")?.[0] === "start @hourly", "change in it");
    dir.remove("v1.2");
    await until(() => !definitions.has("v1.2/er/b.yaml"), "folder that went");
    dir.remove("a.yaml");
    await until(() => definitions.size === 0, "file that went");
  }));

Deno.test("catalogue: a change is taken into account by whoever asks at once", () =>
  watched(async (own) => {
    const { dir, catalogue, definitions } = own;
    await catalogue.open();
    dir.write("a.yaml", '"@daily"');
    // The event itself takes a moment; the pause for files that are written bit by bit does not.
    await until(() => {
      catalogue.refresh();
      return definitions.has("a.yaml");
    }, "event");
  }, () => ({ quietMs: 3_600_000 })));

Deno.test("catalogue: a broken edit is named once and keeps the schedule", () =>
  watched(async (own) => {
    const { dir, catalogue, definitions, problems } = own;
    dir.write("a.yaml", '"@daily"');
    dir.put("bad.yaml", "steps: [\n");
    Deno.mkdirSync(`${dir.path}/folder.yaml`);
    await catalogue.open();
    assertEquals(problems.length, 1);
    assertMatch(problems[0], /^bad\.yaml: .*bad\.yaml:\d/);
    assertEquals(definitions.get("bad.yaml")?.dag, null);
    dir.put("a.yaml", 'schedule: "@daily"\nsteps: 5\n');
    await until(() => definitions.get("a.yaml")?.broken !== "", "broken");
    assertEquals(own.expressions("a.yaml"), ["start @daily"]);
    assertEquals(problems.length, 2);
    dir.put("a.yaml", 'schedule: "@daily"\nsteps: 5\n\n');
    await until(() => dir.loaded.filter((one) => one === "a.yaml").length >= 3, "read again");
    assertEquals(problems.length, 2);
    dir.write("a.yaml", '"@hourly"');
    await until(() => definitions.get("a.yaml")?.broken === "", "mended");
    assertEquals(own.expressions("a.yaml"), ["start @hourly"]);
  }));

Deno.test("catalogue: a glance is enough at first; what it does not see is named with a later look at all files", () => {
  const glances: string[] = [];
  let load: (path: string) => Promise<ScheduledPart>;
  return watched(async (own) => {
    const { dir, catalogue, definitions, problems } = own;
    load = dir.load;
    dir.write("good.yaml", '"@daily"');
    dir.put("bad.yaml", 'schedule: "@hourly"\nsteps: 5\n');
    await catalogue.open();
    assertEquals([glances.toSorted(), dir.loaded, problems], [["bad.yaml", "good.yaml"], [], []]);
    assertEquals(own.expressions("bad.yaml"), ["start @hourly"]);
    assertEquals(own.expressions("good.yaml"), ["start @daily"]);
    await until(() => definitions.get("bad.yaml")?.broken !== "", "the mistake");
    await until(() => definitions.get("good.yaml")?.glanced === false, "the whole of the other one");
    assertEquals([problems.length, own.expressions("bad.yaml")], [1, ["start @hourly"]]);
    dir.put("bad.yaml", 'schedule: "@weekly"\nsteps: []\n', Date.now());
    await until(() => own.expressions("bad.yaml")?.[0] === "start @weekly", "an edit");
    await until(() => definitions.get("bad.yaml")?.glanced === false, "the whole of it");
    assertEquals([glances.length, dir.loaded.toSorted()], [3, ["bad.yaml", "bad.yaml", "good.yaml"]]);
  }, () => ({
    rescanMs: 100,
    reader: () => (file, glance) => {
      if (!glance) return load(file);
      glances.push(basename(file));
      return Promise.resolve(new Glance(null).at({ text: Deno.readTextFileSync(file), file })!);
    },
  }));
});

Deno.test("catalogue: without events, a look at all files finds what is new, changed and gone", () =>
  watched(async (own) => {
    const { dir, catalogue, definitions } = own;
    dir.remove("");
    await catalogue.open();
    assertEquals(definitions.size, 0);
    dir.write("a.yaml", '"@daily"');
    dir.write("b.yaml", '"@daily"');
    await until(() => definitions.size === 2, "folder that came later");
    dir.remove("");
    await until(() => definitions.size === 0, "folder that went");
    dir.write("a.yaml", '"@hourly"');
    await until(() => definitions.size === 1, "folder that came back");
  }, () => ({ unwatchedMs: 20 })));

Deno.test("catalogue: a change of the base configuration changes every definition", () =>
  watched(async (own) => {
    const { dir, catalogue, definitions } = own;
    dir.write("a.yaml", '"@daily"');
    await catalogue.open();
    assertEquals(dir.loaded, ["a.yaml"]);
    const before = definitions.get("a.yaml");
    Deno.writeTextFileSync(`${own.home}/base.yaml`, "queue: shared\n");
    await catalogue.refresh();
    assert(definitions.get("a.yaml") !== before, "read anew");
  }, (home) => ({ baseConfig: `${home}/base.yaml` })));

Deno.test("catalogue: many changes at once, of which the system tells a part", () =>
  watched(async (own) => {
    const { dir, catalogue, definitions } = own;
    await catalogue.open();
    for (let i = 0; i < 1500; i++) dir.write(`d${i}.yaml`, '"@daily"');
    await until(() => definitions.size === 1500, "all of them");
    for (let i = 0; i < 1500; i++) dir.write(`d${i}.yaml`, '"@hourly"');
    await until(() => {
      return definitions.values().every(({ dag }) => dag?.schedules[0].expression === "@hourly");
    }, "all changes");
    assert(own.problems.length === 0);
  }));
