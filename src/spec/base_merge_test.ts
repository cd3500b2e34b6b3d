import type { Dag } from "../core/dag.ts";
import type { ContainerDecl } from "../core/declarations.ts";
import { plainSchedule } from "../core/schedule/schedule.ts";
import { assert, assertEquals, assertMatch } from "../../tests/assert.ts";
import { checkDag, loadDag } from "./load.ts";

function dag(base: string, text: string, isSubDag = false): Dag {
  return loadDag({ text, file: "/d/own.yaml", base: { text: base, file: "/h/base.yaml" }, isSubDag });
}

Deno.test("base: lists of env, tags, dotenv, params and receivers are appended", () => {
  const loaded = dag(
    "env: {A: 1, B: 2}\ntags: 'x, y'\ndotenv: base.env\nparams: A=base B=base\nerrorMail: {from: f, to: a}",
    "env: [A=3]\ntags: [y, z]\ndotenv: [own.env]\nparams: {A: own}\nerrorMail: {to: [b]}",
  );
  assertEquals(loaded.env.map(({ name, value }) => `${name}=${value}`), ["A=1", "B=2", "A=3"]);
  assertEquals(loaded.tags, ["x", "y", "z"]);
  assertEquals(loaded.dotenv, [".env", "base.env", "own.env"]);
  assertEquals(loaded.params.defaults.map(({ name, value }) => `${name}=${value}`), [
    "A=base",
    "B=base",
    "A=own",
  ]);
  assertEquals(loaded.errorMail, { from: "f", to: ["a", "b"], prefix: "", attachLogs: false });
});

Deno.test("base: positional params of the document replace those of the base", () => {
  const loaded = dag("params: x y", "params: [z, N=1]");
  assertEquals(loaded.params.defaults.map(({ name, value }) => `${name}=${value}`), [
    "1=x",
    "2=y",
    "1=z",
    "N=1",
  ]);
  assertEquals(dag("params: x y", "params: {schema: s.json, values: {A: 1}}").params, {
    schema: "s.json",
    defaults: [{ name: "A", value: "1" }],
  });
});

Deno.test("base: what only the base says is taken before defaults are", () => {
  const loaded = dag(
    `maxActiveRuns: 5
type: graph
shell: /bin/sh
working_dir: /work
mailOn: {failure: true}
logOutput: merged
steps: [echo base]
name: base-name
`,
    "name:\ntimeoutSec: 3\nmailOn:",
  );
  assertEquals([loaded.name, loaded.maxActiveRuns, loaded.type, loaded.workingDir], [
    "own",
    5,
    "graph",
    "/work",
  ]);
  assertEquals([loaded.shell?.program, loaded.logOutput, loaded.mailOn.failure], ["/bin/sh", "merged", true]);
  assertEquals(loaded.steps.length, 1);
  assertEquals(dag("", "steps: []").dotenv, [".env"]);
});

Deno.test("base: scalars are overridden, also by false and 0", () => {
  const loaded = dag(
    "skipIfSuccessful: true\ntimeoutSec: 9\nhandlerOn: {exit: {command: be, timeoutSec: 5}, failure: {command: bf}}\npreconditions: [b]",
    "skip_if_successful: false\ntimeoutSec: 0\nhandlerOn: {exit: {script: oe}}\nprecondition: o",
  );
  assertEquals([loaded.skipIfSuccessful, loaded.timeoutMs], [false, 0]);
  const { exit, failure } = loaded.handlers;
  assertEquals([exit?.script, exit?.commands, exit?.timeoutMs], ["oe", [], 0]);
  assertEquals(failure?.commands[0].text, "bf");
  assertEquals(loaded.preconditions.map((one) => one.condition), ["o"]);
  assertEquals(
    Object.keys(dag("handlerOn: {abort: {command: x}}", "handlerOn: {cancel: {command: y}}").handlers),
    ["abort"],
  );
});

Deno.test("base: maps are merged field by field, mailOn, secrets and steps as a whole replaced", () => {
  const loaded = dag(
    `smtp: {host: h, port: 25}
workerSelector: {a: b, c: d}
mailOn: {failure: true}
secrets: [{name: S, provider: env, key: K}]
schedule: {start: "0 1 * * *", stop: "0 5 * * *"}
registryAuths: {a: x}
llm: {provider: local, model: m, thinking: {enabled: true}}
container: {image: x, user: u, env: [A=1]}
`,
    `smtp: {username: me}
worker_selector: {a: z}
mailOn: {success: true}
secrets: [{name: T, provider: env, key: K}]
schedule: "0 2 * * *"
registryAuths: {b: y}
llm: {model: n, thinking: {effort: low}}
container: {image: y, env: {B: 2}}
`,
  );
  const { host, port, username, password } = loaded.smtp!;
  assertEquals([host, port, username, password], ["h", "25", "me", ""]);
  assertEquals(loaded.workerSelector, { a: "z", c: "d" });
  assertEquals(loaded.mailOn, { failure: false, success: true, wait: false });
  assertEquals(loaded.secrets.map((secret) => secret.name), ["T"]);
  assertEquals(loaded.schedule, {
    start: [plainSchedule("0 2 * * *")],
    stop: [plainSchedule("0 5 * * *")],
    restart: [],
  });
  assertEquals(Object.keys(loaded.registryAuths as object).sort(), ["a", "b"]);
  const container = loaded.container as ContainerDecl;
  assertEquals([container.image, container.user, container.env.length], ["y", "u", 2]);
  assertEquals((loaded.llm as { provider: string }).provider, "local");
  assertEquals((dag("container: {image: x}", "container: {exec: c}").container as ContainerDecl).image, "");
});

Deno.test("base: sub-DAGs take everything but handlers", () => {
  const base = "env: [A=1]\nhandlerOn: {exit: {command: x}}";
  const loaded = dag(base, "steps: [{call: sub}]\n---\nname: sub\nhandlerOn: {init: {command: i}}");
  assertEquals(Object.keys(loaded.handlers), ["exit"]);
  assertEquals(Object.keys(loaded.localDags.sub.handlers), ["init"]);
  assertEquals(loaded.localDags.sub.env.length, 1);
  assertEquals(dag(base, "steps: []", true).handlers, {});
  assertEquals(dag(base, "steps: []", true).env.length, 1);
});

Deno.test("base: only its first document counts, an empty one does nothing", () => {
  assertEquals(dag("env: [A=1]\n---\nenv: [B=2]", "steps: []").env.length, 1);
  assertEquals(dag("# nothing", "steps: []").env, []);
});

Deno.test("base: its mistakes are reported with its places, once", () => {
  const { issues } = checkDag({
    text: "steps: []\n---\nname: two",
    file: "/d/own.yaml",
    base: { text: "env: [A=1]\ncolour: red\n", file: "/h/base.yaml" },
  });
  assertEquals(issues.length, 1);
  assertMatch(issues[0].message, /"colour"/);
  assertEquals(issues[0].position, { file: "/h/base.yaml", line: 2, column: 1 });
  const list = checkDag({ text: "steps: []", file: "f.yaml", base: { text: "- a", file: "b.yaml" } }).issues;
  assertMatch(list[0].message, /^The base configuration must be a map/);
  const broken =
    checkDag({ text: "steps: []", file: "f.yaml", base: { text: "a: [", file: "b.yaml" } }).issues;
  assert(broken.length === 1 && broken[0].position?.file === "b.yaml");
});

Deno.test("base: what is wrong without one is wrong with one", () => {
  const { issues } = checkDag({
    text: "env: A=1\nsteps: []",
    file: "/d/own.yaml",
    base: { text: "env: [B=1]", file: "/h/base.yaml" },
  });
  assertEquals(issues.map((issue) => issue.position), [{ file: "/d/own.yaml", line: 1, column: 6 }]);
});
