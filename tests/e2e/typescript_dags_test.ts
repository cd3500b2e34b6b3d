/** Definitions in TypeScript in the folder of definitions: listed, shown, started by name, and by the schedule. */
import { RunStatus } from "../../src/core/status.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { Home, until } from "../support/home.ts";
import { leads, startScheduler } from "../support/schedulers.ts";
import { ServerProcess } from "../support/server_process.ts";

const FLOW = `
import { dag } from "@x/dagu/dag";
import { mark } from "./lib.ts";

export default dag({
  schedule: "SCHEDULE",
  workingDir: "WORK",
  steps: [{ name: "tell", command: mark("by module") }],
});
`;

function put(home: Home, name: string, text: string): void {
  Deno.writeTextFileSync(`${home.path}/dags/${name}`, text.replaceAll("WORK", `${home.path}/work`));
}

function library(home: Home, file = "marks"): void {
  put(home, "lib.ts", `export const mark = (text: string): string => \`echo "\${text}" >> ${file}\`;\n`);
}

Deno.test("a definition in TypeScript is started by its name, and called by others", async () => {
  await using home = await Home.make();
  library(home);
  put(home, "flow.ts", FLOW.replace("SCHEDULE", "0 0 29 2 *"));
  home.dag("parent", "steps:\n  - call: flow\n");
  for (const name of ["flow", "parent"]) {
    assertEquals((await home.run(["start", "--run-id", "r", name])).code, 0);
  }
  assertEquals(home.marks(), ["by module", "by module"]);
  assertEquals((await home.store.find("flow", "r"))?.record.status, RunStatus.Succeeded);
  assertEquals((await home.run(["retry", "--run-id", "r", "flow"])).code, 0);
  library(home, "others");
  assertEquals((await home.run(["start", "flow"])).code, 0);
  assertEquals(home.marks("others"), ["by module"], "what it imports has changed");
});

Deno.test("the scheduler starts a definition in TypeScript, and sees what it imports change", async () => {
  await using home = await Home.make();
  library(home);
  const scheduler = startScheduler(home);
  await leads(home, scheduler);
  put(home, "flow.ts", FLOW.replace("SCHEDULE", "* * * * * *"));
  await until(() => home.marks().length >= 2, "runs by the schedule");
  library(home, "others");
  await until(() => home.marks("others").length >= 1, "a run with what is imported now");
  put(home, "flow.ts", FLOW.replace("SCHEDULE", "0 0 29 2 *").replace("dag({", "dag({{"));
  await scheduler.says("A definition cannot be used");
  assertEquals(await scheduler.stop(), 0);
});

Deno.test("the server lists a definition in TypeScript, shows its text and what is wrong, and starts it", async () => {
  await using home = await Home.make();
  library(home);
  put(home, "flow.ts", FLOW.replace("SCHEDULE", "0 0 29 2 *"));
  put(home, "broken.ts", FLOW.replace("SCHEDULE", "* * *").replace('"./lib.ts"', '"./none.ts"'));
  put(home, "wrong.ts", FLOW.replace("SCHEDULE", "* * *"));
  put(home, "flow.test.ts", 'import { tests } from "@x/dagu/dag";\nexport default tests({}, []);\n');
  await using server = await ServerProcess.start(home);
  const { dags } = await server.get("/dags");
  assertEquals(dags.map(({ fileName }: { fileName: string }) => fileName), ["broken", "flow", "wrong"]);
  assertMatch(dags[0].errors[0], /Cannot evaluate ".*broken\.ts": .*none\.ts/);
  assertEquals([dags[1].errors, dags[1].dag.schedule], [[], [{ expression: "0 0 29 2 *" }]]);
  const [problem] = (await server.get("/dags/wrong/spec")).problems;
  assertEquals([problem.line, problem.field.startsWith("schedule")], [undefined, true]);
  const { spec, readOnly, dag } = await server.get("/dags/flow/spec");
  assertEquals([spec.includes("import { mark }"), readOnly, dag.steps[0].name], [true, true, "tell"]);
  const { dagRunId } = await server.post("/dags/flow/start");
  await home.marked("by module");
  await until(
    async () => (await home.store.find("flow", dagRunId))?.record.status === RunStatus.Succeeded,
    "the end of the run",
  );
});
