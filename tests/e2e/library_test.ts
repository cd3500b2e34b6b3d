import { assert, assertEquals, assertMatch } from "../assert.ts";
import { inFolder } from "../support/folder.ts";

const at = (path: string) => new URL(`../../${path}`, import.meta.url);

/** Runs a program that uses the library; what it prints is one line of JSON. */
async function program(home: string, text: string): Promise<unknown> {
  const file = `${home}/program.ts`;
  await Deno.writeTextFile(file, text);
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", at("deno.json").pathname, file],
    env: { DAGU_HOME: `${home}/home` },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("the library runs a DAG in the process of its caller", () =>
  inFolder(async (home) => {
    await Deno.writeTextFile(
      `${home}/flow.yaml`,
      "params: WHO=world\nsteps:\n  - command: echo hello ${WHO}\n    output: SAID\n",
    );
    const printed = await program(
      home,
      `
      import { openApp, RunStatus, START_DEFAULTS } from "${at("mod.ts").href}";
      const app = await openApp();
      const seen = [];
      const { record } = await app.start({
        ...START_DEFAULTS,
        dag: ${JSON.stringify(`${home}/flow.yaml`)},
        params: { kind: "args", args: ["WHO=library"] },
        observer: { onStart: () => seen.push("start"), onEvent: (event) => seen.push(event.kind) },
      });
      console.log(JSON.stringify([record.status === RunStatus.Succeeded, record.nodes[0].state.outputs, seen[0], seen.includes("node")]));
    `,
    );
    assertEquals(printed, [true, { SAID: "hello library" }, "start", true]);
  }));

/** A kind of steps as another program would bring it along: the example of docs/executors.md. */
const GREETER = `
import { serveExecutor } from "${at("worker.ts").href}";

serveExecutor(async ({ config, script }, io) => {
  if (script === "leave") await fetch("http://127.0.0.1:4999/");
  const answer = await fetch(config.url, { signal: io.signal });
  for (let time = 0; time < config.times; time++) await io.write("stdout", await answer.clone().text());
  return { exitCode: 0, error: "" };
});
`;

const MANIFEST = `
const greeter = {
  types: ["greeter", "greet"],
  takes: ["script"],
  config: {
    url: { type: "text", doc: "Address of the greeting.", required: true },
    times: { type: "number", doc: "How often.", default: 1 },
  },
  permissions: ({ config }) => ({ net: [new URL(config.url).host] }),
  worker: new URL("greeter.ts", import.meta.url),
};
`;

Deno.test("the library takes further kinds of steps, which run in the sandbox", () =>
  inFolder(async (home) => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("hi "),
    );
    const url = `http://127.0.0.1:${server.addr.port}/`;
    await Deno.writeTextFile(`${home}/greeter.ts`, GREETER);
    await Deno.writeTextFile(
      `${home}/flow.yaml`,
      `
params: [{ URL: "${url}" }, { N: "2" }]
type: graph
steps:
  - { name: twice, type: greeter, config: { url: "\${URL}", times: "\${N}" }, output: SAID }
  - { name: leave, type: greet, config: { url: "\${URL}" }, script: leave }
  - { name: narrow, type: greet, config: { url: "\${URL}" }, permissions: {} }
  - { name: wrong, type: greet, config: { url: nowhere } }
handlerOn:
  exit: { type: greet, config: { url: "\${URL}" } }
`,
    );
    await Deno.writeTextFile(
      `${home}/bad.yaml`,
      "steps:\n  - type: greeter\n    command: x\n    config: { urll: x }\n  - type: greter\n",
    );
    const printed = await program(
      home,
      `
      import { dagJsonSchema, openApp, START_DEFAULTS } from "${at("mod.ts").href}";
      ${MANIFEST}
      const app = await openApp({ executors: [greeter] });
      const { record } = await app.start({ ...START_DEFAULTS, dag: "${home}/flow.yaml" });
      const bad = await app.validate("${home}/bad.yaml").catch((error) => error.message);
      const taken = await openApp({ executors: [{ ...greeter, types: ["mine", "http"] }] }).catch((error) => error.message);
      console.log(JSON.stringify({
        nodes: record.nodes.map(({ state }) => [state.outputs, state.error, state.permissions]),
        exit: record.handlers.exit.state.error,
        bad: bad.split("\\n"),
        taken,
        schema: dagJsonSchema([greeter]).$defs.greeterConfig.properties.times.description,
      }));
    `,
    ) as Record<string, [unknown, string, unknown][] & string[] & string>;
    const host = new URL(url).host;
    const [twice, leave, narrow, wrong] = printed.nodes as [unknown, string, unknown][];
    assertEquals(twice, [{ SAID: "hi hi" }, "", { net: [host] }]);
    assertMatch(leave![1], /^Missing permission net "127\.0\.0\.1:4999": add it to the step's permissions/);
    assertMatch(narrow![1], /^Missing permission net "127/);
    assertEquals(narrow![2], null);
    assertMatch(wrong![1], /^Cannot run step "wrong": Invalid URL/);
    assertEquals(printed.exit, "");
    const bad = printed.bad as string[];
    assertMatch(
      bad.join("\n"),
      /bad\.yaml:3:\d+: field 'steps\[0\]\.command': A step of type "greeter" does not support/,
    );
    assertMatch(
      bad.join("\n"),
      /bad\.yaml:4:15: field 'steps\[0\]\.config\.urll': Unknown key "urll" in the config/,
    );
    assertMatch(bad.join("\n"), /bad\.yaml:5:11: .*Unknown executor type "greter"; did you mean "greeter"/);
    assertEquals(printed.taken, 'Cannot add the executor "mine": there is a type "http" already');
    assertEquals(printed.schema, "How often.");
  }));

Deno.test("run: custom executors, errors, a stop before the begin", () =>
  inFolder(async (home) => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("hi "),
    );
    await Deno.writeTextFile(`${home}/greeter.ts`, GREETER);
    const printed = await program(
      home,
      `
      import { dag, memoryDags, memoryRuns, run, untyped } from "${at("mod.ts").href}";
      ${MANIFEST}
      const url = "http://127.0.0.1:${server.addr.port}/";
      const greet = untyped({ steps: [{ name: "greet", type: "greeter", config: { url }, output: "SAID" }] });
      const message = (error) => error.message;
      const seen = [];
      const failing = await run(
        dag({ steps: [{ name: "a", command: "echo $N; exit $N", output: "OUT" }], params: { N: 1 } }),
        { params: "N=3", runId: "my-run", on: { event: (event) => seen.push(event.kind) } },
      );
      await using runs = await memoryRuns();
      const started = performance.now();
      const stopped = await run(dag({ steps: ["sleep 100"] }), { signal: AbortSignal.abort(), stores: { runs } });
      console.log(JSON.stringify({
        greeted: (await run(greet, { executors: [greeter], stores: { runs } })).outputs,
        without: await run(greet).catch(message),
        failing: [failing.status, failing.ok, failing.outputs, failing.record.nodes[0].state.exitCode],
        seen: new Set(seen).size,
        again: await run(dag({ name: "workflow", steps: ["true"] }), { runId: "my-run" }).catch(message),
        stopped: [stopped.status, performance.now() - started < 60_000],
        invalid: await run(untyped({ steps: [{ comand: "x" }] })).catch(message),
        none: await run("nowhere").catch(message),
        called: (await run(dag({ steps: [{ call: "lost" }] }), { stores: { runs, dags: memoryDags({ child: "steps: [a]" }) } }))
          .record.nodes[0].state.error,
        files: [...Deno.readDirSync(home())].map(({ name }) => name).includes("data"),
      }));
      function home() { return Deno.env.get("DAGU_HOME"); }
    `,
    ) as Record<string, unknown>;
    assertEquals(printed.greeted, { SAID: "hi" });
    assertMatch(String(printed.without), /Unknown executor type "greeter"/);
    assertEquals(printed.failing, ["failed", false, { OUT: "3" }, 3]);
    assertEquals(printed.seen, 2);
    assertMatch(String(printed.again), /Cannot start "workflow": the run id "my-run" already exists/);
    assertEquals(printed.stopped, ["aborted", true]);
    assertMatch(String(printed.invalid), /Unknown key "comand" in a step; did you mean "command"/);
    assertMatch(String(printed.none), /Cannot load the DAG "nowhere": no such file/);
    assertMatch(String(printed.called), /Cannot load the DAG "lost": there is "child"/);
    assertEquals(printed.files, true);
  }));
