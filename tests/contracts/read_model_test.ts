import { RunStatus } from "../../src/core/status.ts";
import { FileReadModel, type ReadModelRoots } from "../../src/stores/file/read_model.ts";
import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import { IndexReadModel } from "../../src/stores/index/read_model.ts";
import { assert, assertEquals } from "../assert.ts";
import { finish, newAttempt, runEvent, twoSteps } from "../fakes/attempts.ts";
import { testReadModel } from "./read_model.ts";

testReadModel("file", (roots) => ({
  model: new FileReadModel(roots),
  roots,
  sync: () => Promise.resolve(),
  close: () => {},
}));

const indexPath = (roots: ReadModelRoots) => `${roots.dataDir}/index/index.db`;

testReadModel("index", (roots) => {
  const model = new IndexReadModel(indexPath(roots), roots);
  const sync = async () => {
    await model.catchUp();
    await model.verify();
  };
  return { model, roots, sync, close: () => model.close() };
});

testReadModel("index of another process", (roots) => {
  const writer = new IndexReadModel(indexPath(roots), roots);
  const model = new IndexReadModel(indexPath(roots), roots);
  return {
    model,
    roots,
    sync: async () => {
      if (!model.complete) await model.catchUp();
      await writer.catchUp();
      await writer.verify();
    },
    close: () => [model, writer].forEach((one) => one.close()),
  };
});

testReadModel("index that was never filled", (roots) => {
  const model = new IndexReadModel(indexPath(roots), roots);
  return { model, roots, sync: () => Promise.resolve(), close: () => model.close() };
});

async function inHome(work: (roots: ReadModelRoots, store: FileRunStore) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "index-" });
  try {
    await Deno.mkdir(`${home}/dags`);
    const roots = {
      dataDir: `${home}/data`,
      logDir: `${home}/logs`,
      dagsDir: `${home}/dags`,
      baseConfig: "",
    };
    await work(roots, new FileRunStore(roots));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function count(model: IndexReadModel): Promise<number> {
  return (await model.runs({ limit: 100 })).runs.length;
}

Deno.test("index: an answer after a change that was told comes at once, with a new version", () =>
  inHome(async (roots, store) => {
    const model = new IndexReadModel(indexPath(roots), roots);
    const other = new IndexReadModel(indexPath(roots), roots);
    await model.catchUp();
    await other.catchUp();
    const versions = [model.version(), other.version()];
    const attempt = await store.createAttempt(newAttempt("r", { dag: twoSteps("one") }));
    attempt.append(runEvent(RunStatus.Running));
    await attempt.flush();
    model.noteRun(attempt.dir.slice(0, attempt.dir.lastIndexOf("/")));
    assertEquals([await count(model), await count(other)], [1, 1]);
    assert(model.version() !== versions[0] && other.version() !== versions[1]);
    await finish(attempt);
    model.noteRun(attempt.dir.slice(0, attempt.dir.lastIndexOf("/")));
    assertEquals((await other.runs({ limit: 1 })).runs[0].status, RunStatus.Succeeded);
    model.close();
    other.close();
  }));

for (
  const [what, damage] of [
    ["is missing", (path: string) => Deno.removeSync(path)],
    ["is garbage", (path: string) => Deno.writeTextFileSync(path, "no database at all".repeat(1000))],
    ["is cut off", (path: string) => Deno.truncateSync(path, 5000)],
    ["is of another form", (path: string) => {
      const bytes = Deno.readFileSync(path);
      bytes[63] = 99; // The number of the form that SQLite keeps in the header.
      Deno.writeFileSync(path, bytes);
    }],
  ] as const
) {
  Deno.test(`index: a file that ${what} is made anew from the files`, () =>
    inHome(async (roots, store) => {
      await finish(await store.createAttempt(newAttempt("r", { dag: twoSteps("one") })));
      const before = new IndexReadModel(indexPath(roots), roots);
      await before.catchUp();
      before.close();
      damage(indexPath(roots));
      const model = new IndexReadModel(indexPath(roots), roots);
      await model.catchUp();
      assertEquals([model.complete, await count(model)], [true, 1]);
      model.close();
    }));
}

Deno.test("index: a change that leaves no trace in the folders is found by comparing everything", () =>
  inHome(async (roots, store) => {
    await finish(await store.createAttempt(newAttempt("r", { dag: twoSteps("one") })));
    const model = new IndexReadModel(indexPath(roots), roots);
    await model.catchUp();
    const { dir } = (await store.find("one", "r"))!;
    const line = Deno.readTextFileSync(`${dir}/status.jsonl`);
    Deno.writeTextFileSync(`${dir}/status.jsonl`, line.replace(/"status":4/, '"status":2').trimEnd() + " \n");
    await model.verify();
    assertEquals((await model.runs({ limit: 1 })).runs[0].status, RunStatus.Failed);
    model.close();
  }));
