/** What everyone who answers questions about all runs and definitions has to do. */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import type { ReadModel, RunQuery } from "../../src/ports/read_model.ts";
import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import type { ReadModelRoots } from "../../src/stores/file/read_model.ts";
import { assert, assertEquals } from "../assert.ts";
import { finish, newAttempt, nodeEvent, runEvent, twoSteps } from "../fakes/attempts.ts";

export interface ReadModelFixture {
  readonly model: ReadModel;
  readonly roots: ReadModelRoots;
  /** Lets the model see what was done to the files meanwhile, without having been told. */
  sync(): Promise<void>;
  close(): void;
}

const DAY = 86_400_000;
const NOW = Date.parse("2026-03-10T12:00:00Z");

/** Declares a test on a home of its own. */
type Test = (
  what: string,
  body: (fixture: ReadModelFixture, store: FileRunStore) => Promise<void>,
) => void;

export function testReadModel(name: string, open: (roots: ReadModelRoots) => ReadModelFixture): void {
  const test: Test = (what, body) =>
    Deno.test(`${name}: ${what}`, async () => {
      const home = await Deno.makeTempDir({ prefix: "model-" });
      await Deno.mkdir(`${home}/dags`);
      const roots = {
        dataDir: `${home}/data`,
        logDir: `${home}/logs`,
        dagsDir: `${home}/dags`,
        baseConfig: `${home}/base.yaml`,
      };
      const fixture = open(roots);
      try {
        await body(fixture, new FileRunStore(roots));
      } finally {
        fixture.close();
        await Deno.remove(home, { recursive: true });
      }
    });
  testRuns(test);
  testDefinitions(test);
}

async function ended(
  store: FileRunStore,
  dag: string,
  id: string,
  createdAt: number,
  status: RunStatus = RunStatus.Succeeded,
): Promise<void> {
  await finish(await store.createAttempt(newAttempt(id, { dag: twoSteps(dag), createdAt })), status);
}

async function ids(model: ReadModel, query: Partial<RunQuery> = {}): Promise<string[]> {
  return (await model.runs({ limit: 100, ...query })).runs.map((run) => run.dagRunId);
}

function testRuns(test: Test): void {
  test("nothing is there", async ({ model, sync }) => {
    await sync();
    assertEquals(await model.runs({ limit: 10 }), { runs: [], more: false });
    assertEquals(await model.dags(), []);
    assertEquals(await model.counts({}), []);
    assertEquals((await model.latest(["a"])).size, 0);
  });

  test("runs come newest first, over all DAGs and of one", async ({ model, sync }, store) => {
    await ended(store, "one", "a", NOW - 2 * DAY);
    await ended(store, "two", "b", NOW - DAY, RunStatus.Failed);
    await ended(store, "one", "c", NOW);
    await ended(store, "odd.name", "d", NOW + 1);
    await sync();
    assertEquals(await ids(model), ["d", "c", "b", "a"]);
    assertEquals(await ids(model, { name: "one" }), ["c", "a"]);
    assertEquals(await ids(model, { name: "odd.name" }), ["d"]);
    assertEquals(await ids(model, { name: "on" }), []);
    assertEquals(await ids(model, { statuses: [RunStatus.Failed] }), ["b"]);
    assertEquals(await ids(model, { idPart: "b" }), ["b"]);
    assertEquals(await ids(model, { from: NOW - DAY, to: NOW }), ["b"]);
    assertEquals(await ids(model, { from: NOW - DAY, to: NOW + 1 }), ["c", "b"]);
  });

  test(
    "pages follow each other without a gap, runs of one instant included",
    async ({ model, sync }, store) => {
      for (const id of ["e", "d", "c", "b", "a"]) await ended(store, id < "c" ? "one" : "two", id, NOW);
      await sync();
      const seen: string[] = [];
      let page = await model.runs({ limit: 2 });
      for (;;) {
        seen.push(...page.runs.map((run) => run.dagRunId));
        if (!page.more) break;
        page = await model.runs({ limit: 2, after: page.runs.at(-1)! });
      }
      assertEquals(seen, ["e", "d", "c", "b", "a"]);
    },
  );

  test(
    "a run is told as it is: its times, its failure, its newest attempt",
    async ({ model, sync }, store) => {
      const attempt = await store.createAttempt(newAttempt("r", { dag: twoSteps("one"), createdAt: NOW }));
      attempt.append(runEvent(RunStatus.Running, NOW + 10));
      attempt.append(nodeEvent(0, NodeStatus.Running, NOW + 20));
      await attempt.flush();
      await sync();
      const running = (await model.runs({ limit: 1 })).runs[0];
      assertEquals([running.status, running.startedAt, running.stepsDone, running.steps], [
        1,
        NOW + 10,
        0,
        2,
      ]);
      attempt.append(nodeEvent(0, NodeStatus.Failed, NOW + 30));
      const patch = { error: "exit status 3\nmore", exitCode: 3 };
      attempt.append({ kind: "node", node: 0, patch });
      attempt.append(runEvent(RunStatus.Failed, NOW + 40));
      await attempt.close();
      await sync();
      const failed = (await model.runs({ limit: 1 })).runs[0];
      assertEquals(failed.failure, { step: "a", error: "exit status 3", exitCode: 3 });
      assertEquals([failed.createdAt, failed.finishedAt, failed.stepsDone], [NOW, NOW + 40, 1]);
      const again = await store.createAttempt(
        newAttempt("r", { dag: twoSteps("one"), createdAt: NOW + DAY, again: true }),
      );
      await finish(again);
      await sync();
      const { runs } = await model.runs({ limit: 10 });
      assertEquals(runs.map((run) => [run.dagRunId, run.status, run.createdAt]), [["r", 4, NOW]]);
    },
  );

  test("counts and newest runs", async ({ model, sync }, store) => {
    await ended(store, "one", "a", NOW - DAY);
    await ended(store, "one", "b", NOW, RunStatus.Failed);
    await ended(store, "two", "c", NOW);
    await sync();
    const counts = (await model.counts({ from: NOW })).sort((a, b) => a.name < b.name ? -1 : 1);
    assertEquals(counts, [{ name: "one", status: 2, count: 1 }, { name: "two", status: 4, count: 1 }]);
    const latest = await model.latest(["one", "three"]);
    assertEquals([...latest].map(([name, run]) => [name, run.dagRunId]), [["one", "b"]]);
  });

  test("what is removed is told no more", async ({ model, sync }, store) => {
    await ended(store, "one", "a", NOW - 60 * DAY);
    await ended(store, "one", "b", NOW);
    await ended(store, "two", "c", NOW);
    await sync();
    const old = (await store.find("one", "a"))!.dir;
    Deno.utimeSync(`${old}/status.jsonl`, (NOW - 60 * DAY) / 1000, (NOW - 60 * DAY) / 1000);
    assertEquals(await store.removeBefore("one", NOW - 30 * DAY, false), ["a"]);
    const two = (await store.find("two", "c"))!.dir;
    await Deno.remove(`${two.slice(0, two.indexOf("/dag-runs/two/"))}/dag-runs/two`, { recursive: true });
    await sync();
    assertEquals(await ids(model), ["b"]);
  });

  test("a damaged record harms no other, and is told as such", async ({ model, sync }, store) => {
    await ended(store, "one", "a", NOW);
    await ended(store, "one", "b", NOW + 1);
    Deno.writeTextFileSync(`${(await store.find("one", "b"))!.dir}/status.jsonl`, "{ no json");
    await sync();
    const { runs: [damaged, sound] } = await model.runs({ limit: 10 });
    assertEquals([damaged.name, damaged.dagRunId, damaged.status], ["one", "b", RunStatus.Failed]);
    assertEquals([damaged.damaged, damaged.createdAt], [true, NOW + 1]);
    assert(/^Its record in ".*" is damaged$/.test(damaged.error), damaged.error);
    assertEquals([sound.dagRunId, sound.damaged], ["a", undefined]);
  });
}

function testDefinitions(test: Test): void {
  test("definitions are told as they are now, broken ones with what is wrong", async ({ model, roots, sync }) => {
    const write = (file: string, text: string) => Deno.writeTextFileSync(`${roots.dagsDir}/${file}`, text);
    write(
      "b.yaml",
      "name: other\ntags: [x]\nschedule: '0 1 * * *'\nparams: A=1 B=two\nsteps:\n  - echo hi\n",
    );
    write("a.yml", "steps:\n  - name: s\n    depends: nowhere\n");
    write("c.txt", "steps: []\n");
    await sync();
    const [a, b, ...rest] = await model.dags();
    assertEquals(rest, []);
    assertEquals([a.fileName, a.name, a.issues[0].position?.line], ["a", "a", 2]);
    assertEquals([b.fileName, b.name, b.tags, b.schedule.start[0].expression], [
      "b",
      "other",
      ["x"],
      "0 1 * * *",
    ]);
    assertEquals([b.params, b.defaultParams, b.issues], [["A=1", "B=two"], 'A="1" B="two"', []]);
    write("a.yml", "steps:\n  - echo mended, and longer than before\n");
    await Deno.remove(`${roots.dagsDir}/b.yaml`);
    await sync();
    assertEquals((await model.dags()).map((dag) => [dag.fileName, dag.issues.length]), [["a", 0]]);
    Deno.mkdirSync(`${roots.dagsDir}/a`);
    for (const file of ["a/b.yaml", "a/b.yml"]) write(file, "steps: [");
    await sync();
    assertEquals((await model.dags()).map((dag) => [dag.fileName, dag.name]), [["a", "a"], ["a/b", "b"]]);
    await Deno.remove(`${roots.dagsDir}/a`, { recursive: true });
    await sync();
    assertEquals((await model.dag("a"))?.path, `${roots.dagsDir}/a.yml`);
    assertEquals(await model.dag("b"), null);
    Deno.writeTextFileSync(roots.baseConfig, "tags: [from-base]\n");
    await sync();
    assertEquals((await model.dag("a"))?.tags, ["from-base"]);
  });

  test("definitions are found by their text", async ({ model, roots, sync }) => {
    for (const file of ["a", "b", "c"]) {
      Deno.writeTextFileSync(
        `${roots.dagsDir}/${file}.yaml`,
        `steps:\n  - echo ${file === "b" ? "no" : "yes"}\n`,
      );
    }
    await sync();
    const found = await model.search((text) => text.includes("yes"), 10);
    assertEquals(found.map((match) => match.summary.fileName), ["a", "c"]);
    assert(found[0].text.startsWith("steps:"));
    assertEquals((await model.search((text) => text.includes("yes"), 1)).length, 1);
  });
}
