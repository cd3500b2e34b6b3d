import { assertEquals } from "../../../tests/assert.ts";
import { childAttempt, makeSnapshot, newAttempt } from "../../../tests/fakes/attempts.ts";
import { makeDag, makeStep } from "../../../tests/fakes/dags.ts";
import { aTask } from "../../../tests/fakes/tasks.ts";
import type { Dag } from "../../core/dag.ts";
import { snapshotToJson } from "../../stores/file/json/dag_json.ts";
import { MemoryRunStore } from "../../stores/memory/run_store.ts";
import type { AttemptPart } from "./run_part.ts";
import { TaskDefinitions } from "./task_definitions.ts";

const RUN = { name: "etl", id: "r1" };

function dagOf(name: string, given: Partial<Dag> = {}): Dag {
  return makeDag([makeStep("a")], { name, ...given });
}

/** What a worker tells of a sub-run, whose folder for the definition is `/w`. */
function toldOf(dag: Dag): AttemptPart {
  const snapshot = snapshotToJson(makeSnapshot({ ...dag, logDir: "/worker/logs" }));
  return {
    kind: "attempt",
    key: "",
    run: RUN,
    parent: RUN,
    createdAt: 1,
    snapshot,
    previous: "",
    folder: "/w",
  };
}

const FILES: Readonly<Record<string, Dag>> = {
  "/dags/sub/file.yaml": dagOf("file", {
    logDir: "/logs/file",
    localDags: { inner: dagOf("inner", { logDir: "/logs/inner" }) },
  }),
};

const LOCALS = {
  part: dagOf("part", { logDir: "/logs/part" }),
  near: dagOf("near", { logDir: "near-logs" }),
  below: dagOf("below", { logDir: "below-logs", workingDir: "/srv/etl/below" }),
  moving: dagOf("moving", { logDir: "logs", workingDir: "${ELSEWHERE}" }),
  plain: dagOf("plain"),
};

function definitions(runs = new MemoryRunStore()): TaskDefinitions {
  const dag = dagOf("etl", { location: "/dags/etl.yaml", localDags: LOCALS });
  const snapshot = snapshotToJson(makeSnapshot(dag, { workingDir: "/srv/etl" }));
  const read = (path: string) => {
    const dag = FILES[path];
    return dag ? Promise.resolve(dag) : Promise.reject(new Error("no such file"));
  };
  return new TaskDefinitions(aTask("r1", { run: RUN, root: RUN, snapshot }), runs, read);
}

Deno.test("task definitions: logs of sub-runs go where the definition says that is known here", async () => {
  const at = definitions();
  const logDir = async (name: string, location = "") =>
    (await at.ofSubRun(toldOf(dagOf(name, { location })), name, RUN)).dag.logDir;
  const places = Object.fromEntries(
    await Promise.all(Object.keys(LOCALS).map(async (name) => [name, await logDir(name)])),
  );
  assertEquals(places, {
    part: "/logs/part",
    near: "/srv/etl/near-logs",
    below: "/srv/etl/below/below-logs",
    moving: "",
    plain: "",
  });
  assertEquals(await logDir("file", "/w/sub/file.yaml"), "/logs/file");
  assertEquals(await logDir("other", "/w/sub/file.yaml"), "");
  assertEquals(await logDir("file", "/w/../dags/sub/file.yaml"), "");
  assertEquals(await logDir("unknown", "/w/unknown.yaml"), "");
  assertEquals(await logDir("__proto__"), "");
});

Deno.test("task definitions: what stands in the file of a sub-run is known to those below it", async () => {
  const runs = new MemoryRunStore();
  const root = newAttempt("r1", { dag: dagOf("etl") });
  await runs.createAttempt(root);
  const at = definitions(runs);
  const file = await at.ofSubRun(toldOf(dagOf("file", { location: "/w/sub/file.yaml" })), "file", RUN);
  await runs.createAttempt(childAttempt(RUN, "f1", { snapshot: file }));
  const below = { name: "file", id: "f1" };
  const inner = await at.ofSubRun(toldOf(dagOf("inner")), "inner", below);
  assertEquals([inner.told, inner.dag.logDir], [true, "/logs/inner"]);
  assertEquals((await at.ofSubRun(toldOf(dagOf("part")), "part", below)).dag.logDir, "");
});

Deno.test("task definitions: that of the task's own run is the coordinator's, if it has one", async () => {
  const { dag, told } = await definitions().ofTop(toldOf(dagOf("evil")));
  assertEquals([dag.name, told], ["etl", undefined]);
  const none = new TaskDefinitions(
    aTask("r1", { run: RUN, root: RUN }),
    new MemoryRunStore(),
    () => Promise.reject(),
  );
  const only = await none.ofTop(toldOf(dagOf("etl")));
  assertEquals([only.dag.name, only.told, only.dag.logDir], ["etl", true, ""]);
});
