/** The read endpoints of the two servers on one home: what Dagu answers, ours answers in the same shape. */
import { assert, assertEquals } from "../assert.ts";
import { needs, testNeeding } from "../needs.ts";
import { Home } from "../support/home.ts";
import { ServerProcess } from "../support/server_process.ts";

const ETL = `
description: nightly load
group: data
tags: [prod, nightly]
schedule: "0 3 * * *"
params:
  - DAY: "2026-01-31"
env:
  - HELLO: world
preconditions:
  - condition: "1"
    expected: "1"
steps:
  - name: extract
    command: echo extract $DAY
    output: EX
  - name: load
    script: |
      echo load
      echo err >&2
    depends: extract
    repeatPolicy: {repeat: while, condition: "1", expected: "2", intervalSec: 1, limit: 2}
  - name: sub
    call: leaf
    params: "X=1"
    depends: load
handlerOn:
  success: {command: echo ok}
  exit: {command: echo bye}
`;

/** Members that differ on purpose, by their place. */
const DELIBERATE: readonly RegExp[] = [
  // Texts about mistakes, and the version, are each program's own.
  /\.errors\[\]$/,
  /^\/metrics/,
];

type Shape = string | { readonly [name: string]: Shape };

/** What a value is made of: kinds in place of texts and numbers, one shape for all items of a list. */
function shapeOf(value: unknown): Shape {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    const items = value.map(shapeOf).reduce<Shape>(merged, "nothing");
    return { "[]": items };
  }
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

function merged(a: Shape, b: Shape): Shape {
  if (typeof a === "string") return b;
  if (typeof b === "string") return a;
  return {
    ...a,
    ...Object.fromEntries(
      Object.entries(b).map(([name, inner]) => [name, merged(a[name] ?? "nothing", inner)]),
    ),
  };
}

/** What `theirs` has and `ours` lacks, or has in another form. Empty lists and null are the same as ours empty. */
function missing(theirs: Shape, ours: Shape | undefined, at: string): string[] {
  if (DELIBERATE.some((place) => place.test(at))) return [];
  if (theirs === "null" || theirs === "nothing") return [];
  if (ours === undefined) return [`${at} is missing`];
  if (typeof theirs === "string") {
    return ours === theirs ? [] : [`${at} is ${JSON.stringify(ours)}, not ${theirs}`];
  }
  if (typeof ours === "string") return [`${at} is ${ours}, not ${JSON.stringify(theirs)}`];
  return Object.entries(theirs).flatMap(([name, inner]) =>
    missing(inner, ours[name], name === "[]" ? `${at}[]` : `${at}.${name}`)
  );
}

const PATHS = [
  "/health",
  "/dags",
  "/dags?page=2&perPage=2&sort=name&order=desc",
  "/dags?name=et&tag=prod",
  "/dags/etl",
  "/dags/broken",
  "/dags/never",
  "/dags/etl/spec",
  "/dags/broken/spec",
  "/dags/etl/dag-runs",
  "/dags/etl/dag-runs/r1",
  "/dags/search?q=echo",
  "/dags/tags",
  "/dag-runs",
  "/dag-runs?status=2",
  "/dag-runs?name=etl&fromDate=0",
  "/dag-runs/etl",
  "/dag-runs/etl/r1",
  "/dag-runs/etl/latest",
  "/dag-runs/fail/f1",
  "/dag-runs/wait/w1",
  "/dag-runs/leaf/q1",
  "/dag-runs/etl/r1/spec",
  "/dag-runs/etl/r1/outputs",
  "/dag-runs/etl/r1/log",
  "/dag-runs/etl/r1/log?tail=1",
  "/dag-runs/etl/r1/sub-dag-runs",
  "/dag-runs/etl/r1/steps/load/log?stream=stdout",
  "/dag-runs/etl/r1/steps/load/log?stream=stderr&head=1",
  "/dag-runs/etl/r1/steps/onExit/log?stream=stdout",
  "/queues",
  "/workers",
  "/services/scheduler",
  "/services/coordinator",
  "/services/resources/history?duration=1h",
];

// deno-lint-ignore no-explicit-any
type Told = any;

/** What both tell in the same words. */
const TOLD: readonly (readonly [string, (answer: Told) => unknown])[] = [
  [
    "/queues",
    ({ queues }) =>
      queues.map((queue: Told) => [queue.name, queue.queued.map((run: Told) => run.dagRunId)]).sort(),
  ],
  ["/dags/search?q=needle", ({ results }) => results.map((one: Told) => [one.name, one.dag.name])],
  ["/dags", ({ dags }) => dags.map((one: Told) => one.fileName)],
  ["/dags?order=desc", ({ dags }) => dags.map((one: Told) => one.fileName)],
  ["/dags/etl", ({ dag }) => [dag.defaultParams, dag.params]],
  ["/dags/never", ({ latestDAGRun }) => [latestDAGRun.statusLabel, latestDAGRun.nodes[0].startedAt]],
  ["/dag-runs/leaf/q1", ({ dagRunDetails }) => dagRunDetails.nodes[0].startedAt],
  ["/dag-runs/fail/f1", ({ dagRunDetails }) => dagRunDetails.nodes[1].startedAt],
  ...["head=1&tail=1", "limit=1", "offset=2&limit=1", "head=1&offset=2", "tail=2"].map((part) =>
    [
      `/dag-runs/etl/r1/steps/load/log?stream=stdout&${part}`,
      ({ content, lineCount }: Told) => [content, lineCount ?? 0],
    ] as const
  ),
];

/** What both refuse: with the same status. */
const REFUSED = [
  "/dags/nothing",
  "/dag-runs/etl/nothing",
  "/dag-runs/nothing/latest",
  "/dag-runs/etl/r1/steps/nothing/log?stream=stdout",
  "/dags?perPage=abc",
  "/dags/search",
];

for (const writer of ["ours", "peer"] as const) {
  testNeeding({
    name: `interop: both servers tell of the runs of ${
      writer === "ours" ? "ours" : "Dagu"
    } in the same shape`,
    needs: ["peer"],
    fn: async () => {
      await using home = await Home.make();
      const program = [needs("peer").path];
      home.dag("etl", ETL);
      home.dag("leaf", 'params: "X=0"\nsteps:\n  - name: c1\n    command: echo child $X\n');
      home.dag(
        "fail",
        "steps:\n  - name: boom\n    command: sh -c 'echo oops >&2; exit 3'\n  - name: after\n    command: echo no\n",
      );
      home.dag("wait", "steps:\n  - name: g\n    type: hitl\n    config: {input: [R], required: [R]}\n");
      home.dag("never", "steps:\n  - name: a\n    command: echo never\n");
      home.dag("broken", "steps: [\n");
      const run = (...args: string[]) => writer === "ours" ? home.run(args) : home.run(args, program);
      for (const [dag, id] of [["etl", "r1"], ["fail", "f1"], ["wait", "w1"]]) {
        await run("start", "-q", `--run-id=${id}`, `${home.path}/dags/${dag}.yaml`);
      }
      home.dag("Upper", "name: anders\nsteps:\n  - name: a\n    command: echo needle\n");
      await run("enqueue", "-q", "--run-id=q1", `${home.path}/dags/leaf.yaml`);
      await run("enqueue", "-q", "--run-id=q2", `${home.path}/dags/leaf.yaml`);
      await run("enqueue", "-q", "--run-id=q3", "--queue=aside", `${home.path}/dags/leaf.yaml`);
      await using ours = await ServerProcess.start(home);
      await using theirs = await ServerProcess.start(home, { program });
      const differences: string[] = [];
      for (const path of PATHS) {
        const [mine, peers] = await Promise.all([ours.get(path), theirs.get(path)]);
        differences.push(...missing(shapeOf(peers), shapeOf(mine), path));
      }
      assertEquals(differences, []);
      for (const path of REFUSED) {
        const [mine, peers] = await Promise.all([ours, theirs].map(async ({ base }) => {
          const response = await fetch(base + path);
          await response.body?.cancel();
          return response.status;
        }));
        assertEquals(mine, peers, path);
      }
      const names = (answer: { dagRuns: { name: string; dagRunId: string; status: number }[] }) =>
        answer.dagRuns.map((run) => `${run.name} ${run.dagRunId} ${run.status}`).sort();
      assertEquals(names(await ours.get("/dag-runs")), names(await theirs.get("/dag-runs")));
      const details = async (server: ServerProcess) => {
        const { nodes } = (await server.get("/dag-runs/etl/r1")).dagRunDetails;
        // deno-lint-ignore no-explicit-any
        return nodes.map((node: any) => {
          const { step, status, doneCount } = node;
          return [step.name, status, step.depends ?? [], doneCount];
        });
      };
      assertEquals(await details(ours), await details(theirs));
      for (const [path, told] of TOLD) {
        assertEquals(told(await ours.get(path)), told(await theirs.get(path)), path);
      }
      assert((await ours.get("/dag-runs/etl/r1/steps/load/log?stream=stdout")).content.startsWith("load"));
    },
  });
}

Deno.test("interop: the comparison of shapes sees what is missing and what has another form", () => {
  const theirs = shapeOf({ list: [{ a: 1 }, { b: "x" }], none: null, text: "" });
  assertEquals(missing(theirs, shapeOf({ list: [{ a: 1, b: "y", c: 0 }], none: [], text: "z" }), ""), []);
  assertEquals(missing(theirs, shapeOf({ list: [{ a: 1 }] }), "x"), [
    "x.list[].b is missing",
    "x.text is missing",
  ]);
  assertEquals(missing(theirs, shapeOf({ list: [{ a: "1", b: "" }], text: [] }), "x").length, 2);
});
