import type { Dag, Step } from "../core/dag.ts";
import type { ContainerDecl, LlmDecl, OtelDecl, SshDecl } from "../core/declarations.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { makeDag, makeStep } from "../../tests/fakes/dags.ts";
import { loadDag } from "./load.ts";

function dag(text: string): Dag {
  return loadDag({ text, file: "/dags/sample.yaml" });
}

function steps(text: string): readonly Step[] {
  return dag(`steps:\n${text}`).steps;
}

function edges(text: string): string[] {
  return dag(text).steps.map((step) => `${step.name}<${step.depends.join(",")}`);
}

Deno.test("load: defaults of a DAG", () => {
  const loaded = dag("steps: []");
  assertEquals(
    loaded,
    makeDag([], { name: "sample", type: "chain", location: "/dags/sample.yaml", source: "steps: []" }),
  );
});

Deno.test("load: defaults of a step", () => {
  assertEquals(steps("  - echo hi")[0], makeStep("cmd_1", { commands: [{ text: "echo hi", args: null }] }));
});

Deno.test("load: keys without values count as not given, zeros as defaults", () => {
  const loaded = dag(
    "env:\nhandlerOn:\ntype:\nhistRetentionDays: 0\nmaxActiveRuns: 0\nsteps:\n  - command: a\n    depends:",
  );
  assertEquals([loaded.histRetentionDays, loaded.maxActiveRuns, loaded.type], [30, 1, "chain"]);
  assertEquals(dag("histRetentionDays: -1\nmaxActiveRuns: -1\ndelaySec: 1.9").histRetentionDays, -1);
  assertEquals(dag("delaySec: 1.9").delayMs, 1000);
});

Deno.test("load: names come from the file, keys in any case or in snake_case", () => {
  assertEquals(loadDag({ text: "steps: []", file: "/a/my.flow_v1-2.yaml" }).name, "my.flow_v1-2");
  assertEquals(loadDag({ text: "NAME: ' x '\nSTEPS: []", file: "/a/b c.yml" }).name, "x");
  const loaded = dag(
    "max_active_runs: 4\nMAXACTIVESTEPS: 2\nlabels: {Team: Data}\nhandler_on: {exit: {command: x}}",
  );
  assertEquals([loaded.maxActiveRuns, loaded.maxActiveSteps, loaded.tags], [4, 2, ["team=data"]]);
  assertEquals(loaded.handlers.exit?.name, "onExit");
});

Deno.test("load: names are made up by kind and position", () => {
  const text = `type: graph
steps:
  - echo
  - script: x
  - {name: cmd_4, command: x}
  - echo
  - call: d
  - {call: d, parallel: [a]}
  - {container: img, command: x}
  - {type: http, command: GET x}
  - - one
    - two
  - {id: cmd_10, name: n, command: x}
  - three
  - {type: github-action, command: x/y@v1}
`;
  assertEquals(dag(text).steps.map((step) => step.name), [
    "cmd_1",
    "script_2",
    "cmd_4",
    "cmd_5",
    "dag_5",
    "parallel_6",
    "docker_7",
    "http_8",
    "cmd_9",
    "cmd_11",
    "n",
    "cmd_12",
    "github-action_12",
  ]);
});

Deno.test("load: a chain waits for the element before, depends: [] does not", () => {
  assertEquals(
    edges(`steps:
  - {name: a, command: x}
  - {name: b, command: x}
  - {name: c, command: x, depends: a}
  - {name: d, command: x, depends: []}
  - - {name: e, command: x, depends: a}
    - {name: f, command: x}
  - []
  - {name: g, command: x}
`),
    ["a<", "b<a", "c<a,b", "d<", "e<a,d", "f<d", "g<e,f"],
  );
  assertEquals(edges("type: graph\nsteps: [{name: a, command: x}, [{name: b, command: x}]]"), ["a<", "b<"]);
  assertEquals(edges("steps: {z: {command: x}, a: {command: x, depends: z}}"), ["z<", "a<z"]);
});

Deno.test("load: dependencies by id, each once", () => {
  assertEquals(
    edges(`type: graph
steps:
  - {id: one, name: first, command: x}
  - {id: two, command: x, depends: [one, first, one]}
  - {name: 3rd, command: x, depends: two}
`),
    ["first<", "cmd_2<first", "3rd<cmd_2"],
  );
});

Deno.test("load: commands, scripts, exec", () => {
  const [list, several, both, exec, trailing] = steps(`
  - command: [" echo a ", 5, true, 1.50, ""]
  - command: "\\n \\n  two\\nlines\\n"
  - {command: python3 -u, script: "x\\n"}
  - exec: {command: ls, args: [-l, "a b", 3]}
  - command: "echo a\\n"
`);
  assertEquals(list.commands.map((command) => command.text), ["echo a", "5", "true", "1.5"]);
  assertEquals([several.commands.length, several.script, several.name], [0, "  two\nlines", "script_2"]);
  assertEquals([both.commands[0].text, both.script], ["python3 -u", "x"]);
  assertEquals(exec.commands, [{ text: "ls", args: ["-l", "a b", "3"] }]);
  assertEquals([trailing.commands[0].text, trailing.script], ["echo a", ""]);
});

Deno.test("load: kinds of steps", () => {
  const type = (head: string, step: string) => dag(`${head}\nsteps: [${step}]`).steps[0].executor.type;
  assertEquals(type("", "{command: x}"), "");
  assertEquals(type("", "{command: x, type: shell}"), "shell");
  assertEquals(type("", "{command: x, executor: jq}"), "jq");
  assertEquals(type("", "{command: x, executor: {type: http}}"), "http");
  assertEquals(type("", "{run: x}"), "dag");
  assertEquals(type("", "{call: x, parallel: '${X}'}"), "parallel");
  assertEquals(type("container: c", "{command: x}"), "container");
  assertEquals(type("container: c", "{command: x, container: d}"), "docker");
  assertEquals(type("container: c\nssh: {host: h}", "{command: x}"), "container");
  assertEquals(type("ssh: {host: h}", "{command: x}"), "ssh");
  assertEquals(type("ssh: {host: h}", "{command: x, type: command}"), "command");
  assertEquals(dag("ssh: {host: h}\nhandlerOn: {exit: {command: x}}").handlers.exit?.executor.type, "ssh");
  const config = steps(
    "  - {type: gha, command: x, with: {timeout: 5, h: {A: [1, null]}, big: 12345678901234567890}}\n" +
      "  - {type: http, command: GET x, with: {Timeout: 5, skip_tls_verify: true, silent: , headers: {A: 1}}}",
  );
  assertEquals(config[0].executor.config, { timeout: 5, h: { A: [1, null] }, big: "12345678901234567890" });
  assertEquals(config[1].executor.config, { timeout: 5, skipTLSVerify: true, headers: { A: 1 } });
});

Deno.test("load: env and dotenv", () => {
  const loaded = dag(`env:
  - ONE: 0777
  - " TWO = x=y"
  - {THREE: 1.50, FOUR: , FIVE: [1, {a: b}]}
dotenv: [a.env, "", a.env, b.env]
`);
  assertEquals(loaded.env.map(({ name, value }) => `${name}=${value}`), [
    "ONE=511",
    "TWO= x=y",
    "THREE=1.5",
    "FOUR=",
    'FIVE=[1,{"a":"b"}]',
  ]);
  assertEquals(loaded.dotenv, [".env", "a.env", "b.env"]);
  assertEquals(dag("env: {B: 1, A: yes}").env, [{ name: "B", value: "1" }, { name: "A", value: "yes" }]);
  assertEquals(dag("dotenv: []").dotenv, []);
  assertEquals(dag("dotenv: one.env").dotenv, [".env", "one.env"]);
});

Deno.test("load: params", () => {
  const params = (text: string) =>
    dag(`params: ${text}`).params.defaults.map(({ name, value }) => `${name}=${value}`);
  assertEquals(params('a B=c "d e"'), ["1=a", "B=c", "3=d e"]);
  assertEquals(params('[A: 1, "B=2", pos, {D: 3, C: 4.50}, x y, 7]'), [
    "A=1",
    "B=2",
    "3=pos",
    "C=4.5",
    "D=3",
    "6=x",
    "7=y",
    "8=7",
  ]);
  assertEquals(params("{B: 1, A: two words, C: {x: 1}}"), ["A=two words", "B=1", 'C={"x":1}']);
  assertEquals(params(`'{"a":1,"b":"x y"}'`), ["a=1", "b=x y"]);
  assertEquals(params(`'["a","b c"]'`), ["1=a", "2=b c"]);
  assertEquals(params("|\n  A=1\n  B=2\n"), ["A=1", "B=2"]);
  assertEquals(dag("params: {schema: s.json, values: {A: 1}}").params, {
    schema: "s.json",
    defaults: [{ name: "A", value: "1" }],
  });
  assertEquals(params("{schema: s.json, other: 1}"), ["other=1", "schema=s.json"]);
});

Deno.test("load: sub-DAG calls", () => {
  const [list, map, text, none, action] = steps(`
  - {call: d, params: ["A=1", {B: 2 3}, x]}
  - {call: d, params: {B: 'q"z', A: true}}
  - {call: d, params: "A=1 $FOO"}
  - call: d
  - {type: gha, command: x/y@v1, params: {who: me you}}
`);
  assertEquals(list.call, { name: "d", params: 'A="1" B="2 3" "x"' });
  assertEquals(map.call?.params, 'A="true" B="q\\"z"');
  assertEquals(text.call?.params, 'A="1" "$FOO"');
  assertEquals([none.call?.params, none.params.length], ["", 0]);
  assertEquals([action.call, action.params], [null, [{ name: "who", value: "me you" }]]);
});

Deno.test("load: parallel", () => {
  const [variable, list, object] = steps(`
  - {call: d, parallel: " \${X} "}
  - {call: d, parallel: [a, 1, 1.50, true, {k: v, n: 1}]}
  - {call: d, parallel: {items: "\${X}", maxConcurrent: 2}}
`);
  assertEquals(variable.parallel, { variable: "${X}", items: [], maxConcurrent: 10 });
  assertEquals(list.parallel?.items, ["a", "1", "1.5", "true", { k: "v", n: "1" }]);
  assertEquals(object.parallel, { variable: "${X}", items: [], maxConcurrent: 2 });
});

Deno.test("load: policies", () => {
  const retry = (text: string) => steps(`  - {command: x, retryPolicy: {${text}}}`)[0].retry;
  assertEquals(retry("limit: 3, intervalSec: 5, exitCode: [1], backoff: 2, maxIntervalSec: 9"), {
    limit: 3,
    intervalMs: 5000,
    exitCodes: [1],
    backoff: 2,
    maxIntervalMs: 9000,
  });
  assertEquals(retry("limit: '4', intervalSec: '${WAIT}', backoff: true, exitCode: 7"), {
    limit: 4,
    intervalMs: "${WAIT}",
    exitCodes: [7],
    backoff: 2,
    maxIntervalMs: 0,
  });
  assertEquals(retry("limit: -1, intervalSec: -2, backoff: 0.0")?.limit, 0);
  const repeat = (text: string) => steps(`  - {command: x, repeatPolicy: {${text}}}`)[0].repeat;
  assertEquals(repeat("repeat: true, intervalSec: 5")?.mode, "while");
  assertEquals(repeat("repeat: false, condition: c"), null);
  assertEquals(repeat("limit: 3"), null);
  assertEquals(repeat("condition: c")?.mode, "while");
  assertEquals(repeat("condition: c, expected: e")?.mode, "until");
  assertEquals(repeat("exitCode: 1")?.mode, "while");
  assertEquals(
    repeat("repeat: until, condition: c, expected: e, limit: 2, backoff: 1.5, maxIntervalSec: 3"),
    {
      mode: "until",
      intervalMs: 0,
      limit: 2,
      condition: { condition: "c", expected: "e", negate: false },
      exitCodes: [],
      backoff: 1.5,
      maxIntervalMs: 3000,
    },
  );
  const on = (text: string) => steps(`  - {command: x, continueOn: ${text}}`)[0].continueOn;
  assertEquals(on("failed").failure, true);
  assertEquals(on("Skipped").skipped, true);
  assertEquals(on("{failed: true, exitCode: ['3', 4], output: x, markSuccess: true}"), {
    failure: true,
    skipped: false,
    exitCodes: [3, 4],
    outputs: ["x"],
    markSuccess: true,
  });
});

Deno.test("load: preconditions of both spellings are joined", () => {
  const loaded = dag(`precondition: a
preconditions: [b, {condition: c, expected: d, negate: true}, {command: e}, [f], ""]
`);
  assertEquals(loaded.preconditions.map((one) => one.condition), ["b", "c", "e", "f", "a"]);
  assertEquals(loaded.preconditions[1], { condition: "c", expected: "d", negate: true });
});

Deno.test("load: output, shell, tags", () => {
  const output = (text: string) => steps(`  - {command: x, output: ${text}}`)[0].output;
  assertEquals(output("$FOO"), { name: "FOO", key: "", omit: false });
  assertEquals(output("'${FOO}'")?.name, "FOO");
  assertEquals(output("{name: FOO, key: k, omit: true}"), { name: "FOO", key: "k", omit: true });
  assertEquals(output("' '"), null);
  const shell = (text: string) => dag(`shell: ${text}`).shell;
  assertEquals(shell("bash -e -c 'a b'"), { program: "bash", args: ["-e", "-c", "a b"] });
  assertEquals(shell('"${SHELL:-/bin/sh -x} -e"'), { program: "${SHELL:-/bin/sh -x}", args: ["-e"] });
  assertEquals(shell("[bash, 5]"), { program: "bash", args: ["5"] });
  assertEquals(shell("''"), null);
  assertEquals(dag('tags: "Daily, ETL ,, daily"').tags, ["daily", "etl"]);
  assertEquals(dag("tags: [1, 'A,b', true]").tags, ["1", "a", "b", "true"]);
});

Deno.test("load: declarations of executors and services", () => {
  const loaded = dag(`container: {image: i, pullPolicy: true, env: {A: 1}, ports: [80], command: sleep 5}
ssh: {user: u, host: h, shell: bash -l}
otel: {timeout: 1m30s, resource: {n: 1}}
registryAuths: '{"auths":{}}'
smtp: {}
llm: {provider: local, model: m, temperature: 0.5}
steps:
  - {type: chat, llm: {model: n, stream: false}, messages: [{role: user, content: hi}]}
`);
  const container = loaded.container as ContainerDecl;
  assertEquals([container.image, container.pullPolicy, container.startup], ["i", "always", "keepalive"]);
  assertEquals([container.env, container.ports, container.command], [
    [{ name: "A", value: "1" }],
    ["80"],
    ["sleep 5"],
  ]);
  const short = dag(`container: {image: i, volumes: "/a:/b", ports: 80, user: 1000}`)
    .container as ContainerDecl;
  assertEquals([short.volumes, short.ports, short.user], [["/a:/b"], ["80"], "1000"]);
  const ssh = loaded.ssh as SshDecl;
  assertEquals([ssh.port, ssh.strictHostKey, ssh.shell, ssh.shellArgs], ["22", true, "bash", ["-l"]]);
  assertEquals((loaded.otel as OtelDecl).timeoutMs, 90_000);
  assertEquals(loaded.registryAuths, { _json: { username: "", password: "", auth: '{"auths":{}}' } });
  assertEquals(loaded.smtp, null);
  const llm = loaded.steps[0].llm as LlmDecl;
  assertEquals([llm.provider, llm.model, llm.temperature, llm.stream], ["local", "n", 0.5, false]);
  assertEquals(loaded.steps[0].messages, [{ role: "user", content: "hi" }]);
  assertEquals((dag("container: running").container as ContainerDecl).exec, "running");
});

Deno.test("load: handlers have fixed names and no dependencies", () => {
  const { handlers } = dag("handlerOn: {cancel: {command: x, name: mine, depends: y}, wait: {script: z}}");
  assertEquals(Object.keys(handlers).sort(), ["abort", "wait"]);
  assertEquals([handlers.abort?.name, handlers.abort?.depends, handlers.wait?.name], [
    "onCancel",
    [],
    "onWait",
  ]);
});

Deno.test("load: further documents are local DAGs with their own text", () => {
  const text = `# head
steps:
  - call: second
---

---
name: second # comment
steps:
  - call: third
--- {name: third, steps: [echo]}
...
`;
  const loaded = dag(text);
  assertEquals(loaded.source, text);
  assertEquals(Object.keys(loaded.localDags), ["second", "third"]);
  const { second, third } = loaded.localDags;
  assertEquals(second.source, "name: second # comment\nsteps:\n  - call: third\n");
  assertEquals(third.source, "{name: third, steps: [echo]}\n");
  assertEquals([second.location, second.localDags], ["/dags/sample.yaml", {}]);
  assert(!("constructor" in loaded.localDags), "Names of DAGs must not meet those of Object");
});

Deno.test("load: a DAG of ten thousand steps", () => {
  const group = `steps:\n  -\n${"    - echo\n".repeat(4000)}${"  - [echo]\n".repeat(6000)}`;
  const loaded = dag(group);
  assertEquals(loaded.steps.length, 10_000);
  assertEquals(loaded.steps.at(-1)?.depends.length, 1);
  assertEquals(new Set(loaded.steps.map((step) => step.name)).size, 10_000);
});
