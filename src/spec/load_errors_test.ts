import { formatIssue, type Issue, SpecError } from "../core/errors.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "../../tests/assert.ts";
import { checkDag, loadDag, MAX_TEXT } from "./load.ts";

function check(text: string): readonly Issue[] {
  const { dag, issues } = checkDag({ text, file: "f.yaml" });
  assertEquals(dag === null, issues.length > 0);
  return issues;
}

/** Text of one step, field path, `line:column`, message. */
type Case = readonly [text: string, field: string, place: string, message: RegExp];

function verify(cases: readonly Case[], around: (text: string) => string): void {
  for (const [text, field, place, message] of cases) {
    const issues = check(around(text));
    assertEquals(issues.length, 1, `${text}: expected one issue, got ${issues.map(formatIssue).join(" | ")}`);
    const { position } = issues[0];
    assertEquals(issues[0].field, field, text);
    assertEquals(`${position?.line}:${position?.column}`, place, text);
    assertMatch(issues[0].message, message);
  }
}

Deno.test("errors: fields of a DAG", () => {
  verify([
    ["nmae: x", "nmae", "1:1", /^Unknown key "nmae" in a DAG; did you mean "name"\?$/],
    ["max_activ_runs: 2", "max_activ_runs", "1:1", /did you mean "max_active_runs"/],
    ["singleton: true", "singleton", "1:1", /^Unknown key "singleton"/],
    ["jobs: []", "jobs", "1:1", /^Unknown key "jobs" in a DAG; here it is "steps"$/],
    ["steps: [{command: x, needs: [a]}]", "steps[0].needs", "1:22", /in a step; here it is "depends"$/],
    [
      "description: 12",
      "description",
      "1:14",
      /^Expected a text, got the number 12; put it in quotes: "12"$/,
    ],
    [
      "skipIfSuccessful: 1",
      "skipIfSuccessful",
      "1:19",
      /^Expected a boolean \(true or false\), got the number 1$/,
    ],
    ['timeoutSec: "5"', "timeoutSec", "1:13", /whole number.*the text "5"; leave the quotes away/],
    ["delaySec: 99999999999999999999", "delaySec", "1:11", /^Expected a whole number/],
    ["timeoutSec: .inf", "timeoutSec", "1:13", /^Expected a whole number/],
    ["name: a b", "name", "1:7", /alphanumeric/],
    ["name: [a]", "name", "1:7", /^Expected a text, got a list$/],
    ["type: tree", "type", "1:7", /"chain", "graph", got the text "tree"/],
    ["type: grahp", "type", "1:7", /did you mean "graph"/],
    ["type: agent", "type", "1:7", /"agent"/],
    ["logOutput: both", "logOutput", "1:12", /"separate", "merged"/],
    ["steps: echo hello", "steps", "1:8", /^Expected a list or a map, got the text "echo hello"$/],
    ["env: [NOVALUE]", "env[0]", "1:7", /^Expected NAME=value, got "NOVALUE"$/],
    ["env: [5]", "env[0]", "1:7", /got the number 5/],
    ["env: A=1", "env", "1:6", /^Expected a map or a list, got the text "A=1"$/],
    ['env: {" ": 1}', "env. ", "1:7", /name of a variable is empty/],
    ['schedule: "61 * * * *"', "schedule", "1:11", /^Invalid schedule: The minute 61/],
    ['schedule: ["0 1 * * *", "@dayly"]', "schedule[1]", "1:25", /"@dayly" is not known/],
    ['schedule: {stop: "x"}', "schedule.stop", "1:18", /five fields/],
    ["schedule: {begin: x}", "schedule.begin", "1:12", /known keys are "start", .*"stop", "restart"/],
    ['schedule: {start: {cron: "x"}}', "schedule.start.cron", "1:26", /five fields/],
    ["schedule: [{timezone: UTC}]", "schedule[0]", "1:12", /"cron" is required/],
    [
      'schedule: {cron: "@daily", timezone: Berlin}',
      "schedule.timezone",
      "1:38",
      /Unknown time zone "Berlin"/,
    ],
    ['schedule: [{cron: "TZ=UTC @daily", timezone: UTC}]', "schedule[0].timezone", "1:46", /given twice/],
    ['schedule: {cron: "@daily", catchupWindow: soon}', "schedule.catchupWindow", "1:43", /duration such as/],
    [
      'schedule: {cron: "@daily", catchup: some}',
      "schedule.catchup",
      "1:37",
      /one of "off", "latest", "all"/,
    ],
    ["handlerOn: {finished: {command: x}}", "handlerOn.finished", "1:13", /Unknown key "finished"/],
    ["handlerOn: {exit: echo}", "handlerOn.exit", "1:19", /^Expected a map/],
    ["handlerOn: {exit: {description: x}}", "handlerOn.exit", "1:19", /command is required/],
    ["handlerOn: {abort: {command: x}, cancel: {command: y}}", "handlerOn.cancel", "1:34", /same field/],
    ["preconditions: [{condition: a, equals: b}]", "preconditions[0].equals", "1:32", /Unknown key "equals"/],
    ["preconditions: {expected: b}", "preconditions", "1:16", /^"condition" is required$/],
    ["preconditions: {condition: a, expected: 5}", "preconditions.expected", "1:41", /put it in quotes: "5"/],
    ["preconditions: [5]", "preconditions[0]", "1:17", /got the number 5/],
    ["secrets: [{name: A, key: k}]", "secrets[0]", "1:11", /^"provider" is required$/],
    ["secrets: [{name: '', provider: env, key: k}]", "secrets[0].name", "1:18", /must not be empty/],
    [
      "secrets: [{name: A, provider: env, key: k}, {name: A, provider: env, key: k}]",
      "secrets[1].name",
      "1:52",
      /"A" is given twice/,
    ],
    ["container: {env: [A=1]}", "container", "1:12", /^"image" is required/],
    ["container: {image: a, exec: b}", "container", "1:12", /exclude each other/],
    ["container: {exec: a, volumes: [x]}", "container.volumes", "1:31", /cannot be used with "exec"/],
    ["container: {image: a, pullPolicy: sometimes}", "container.pullPolicy", "1:35", /"always", "never"/],
    ["container: {image: a, volume: [x]}", "container.volume", "1:23", /did you mean "volumes"/],
    ["container: ''", "container", "1:12", /name of the container is empty/],
    ["container: {image: a, startup: command}", "container.startup", "1:32", /requires "command"/],
    [
      "container: {image: a, restartPolicy: nah}",
      "container.restartPolicy",
      "1:38",
      /Unknown restart policy "nah"/,
    ],
    ["otel: {timeout: soon}", "otel.timeout", "1:17", /Invalid duration "soon"/],
    ["llm: {provider: foo}", "llm.provider", "1:17", /one of "openai"/],
    ["llm: {temperature: 3}", "llm.temperature", "1:20", /between 0 and 2/],
    ["llm: {thinking: {effort: ultra}}", "llm.thinking.effort", "1:26", /"low", "medium"/],
    ["smtp: {hots: h}", "smtp.hots", "1:8", /did you mean "host"/],
    ["errorMail: {to: 5}", "errorMail.to", "1:17", /text or a list/],
    ["workerSelector: {gpu: true}", "workerSelector.gpu", "1:23", /put it in quotes: "true"/],
    ["registryAuths: {h: {user: u}}", "registryAuths.h.user", "1:21", /did you mean "username"/],
    ["params: {schema: x}\nParams: y", "Params", "2:1", /"Params" and "params" are the same field/],
  ], (text) => text);
});

Deno.test("errors: fields of a step", () => {
  verify(
    [
      ["retries: 3, command: x", "steps[0].retries", "1:10", /here it is "limit" in "retryPolicy"/],
      ["comand: x", "steps[0].comand", "1:10", /did you mean "command"/],
      ["command: 42", "steps[0].command", "1:19", /^Expected a text or a list, got the number 42/],
      ["command: {run: x}", "steps[0].command", "1:19", /a map with the key "run"/],
      ["command: [a, {b: c}]", "steps[0].command[1]", "1:23", /a map with the key "b"/],
      ["command: []", "steps[0].command", "1:19", /command is empty/],
      ["command: ''", "steps[0].command", "1:19", /command is empty/],
      ["description: x", "steps[0]", "1:9", /^Step command is required/],
      ["type: shell", "steps[0]", "1:9", /command is required/],
      ["script: ' '", "steps[0]", "1:9", /command is required/],
      ["type: archive, config: {source: a}", "steps[0]", "1:9", /command is required/],
      ["script: 5", "steps[0].script", "1:18", /got the number 5/],
      ['command: "a\\nb", script: x', "steps[0].command", "1:19", /exclude each other/],
      ["exec: {args: [a]}", "steps[0].exec", "1:16", /"command" is required/],
      ["exec: {command: a}, command: x", "steps[0].command", "1:39", /exclude each other/],
      [
        "type: teleport, command: x",
        "steps[0].type",
        "1:16",
        /^Unknown executor type "teleport"; known types are shell, command/,
      ],
      ["type: HTTP, command: x", "steps[0].type", "1:16", /did you mean "http"/],
      ["executor: nope, command: x", "steps[0].executor", "1:20", /Unknown executor type "nope"/],
      ["type: jq, executor: jq, command: x", "steps[0].type", "1:16", /"type" and "executor" exclude/],
      [
        "type: http, command: x, config: {header: 1}",
        "steps[0].config.header",
        "1:43",
        /did you mean "headers"/,
      ],
      [
        "type: http, command: x, with: {body: {a: 1}}",
        "steps[0].with.body",
        "1:47",
        /Expected a text, number/,
      ],
      ["executor: {type: jq, config: {x: 1}}, command: x", "steps[0].executor.config.x", "1:40", /"raw"/],
      ["type: hitl, config: {promt: 1}", "steps[0].config.promt", "1:31", /did you mean "prompt"/],
      ["executor: {type: http, foo: 1}, command: x", "steps[0].executor.foo", "1:33", /Unknown key "foo"/],
      [
        "type: jq, command: [a, b]",
        "steps[0].command",
        "1:29",
        /type "jq" does not support several commands/,
      ],
      [
        "type: gha, script: x",
        "steps[0].script",
        "1:29",
        /"gha" does not support the field "script"/,
      ],
      ['type: gha, command: "a\\nb"', "steps[0].command", "1:30", /several lines/],
      ["type: ssh, command: x, config: {hots: h}", "steps[0].config.hots", "1:42", /did you mean "host"/],
      ["type: docker, command: x, shell: sh", "steps[0].shell", "1:43", /"docker" does not support/],
      ["type: http, command: x, container: c", "steps[0].container", "1:45", /"http" does not support/],
      ["type: mail, command: x, config: {from: a}", "steps[0].command", "1:31", /"mail" does not support/],
      ["type: shell, command: x, call: d", "steps[0].call", "1:41", /"shell" does not support/],
      ["command: x, workerSelector: {a: b}", "steps[0].workerSelector", "1:38", /"shell" does not support/],
      ["command: x, messages: [{role: user, content: c}]", "steps[0].messages", "1:32", /type: chat/],
      ["type: chat", "steps[0]", "1:9", /"messages"/],
      ["type: chat, messages: []", "steps[0].messages", "1:32", /At least one/],
      ["type: chat, messages: [{role: boss, content: c}]", "steps[0].messages[0].role", "1:40", /"boss"/],
      ["type: chat, messages: [{role: user}]", "steps[0].messages[0]", "1:33", /"content" is required/],
      [
        "type: hitl, config: {input: [a], required: [b]}",
        "steps[0].config",
        "1:30",
        /"b" is not in the list/,
      ],
      [
        "command: x, permissions: {net: [h]}",
        "steps[0].permissions.net",
        "1:41",
        /Commands can be given the whole network \(net: true\) or none/,
      ],
      [
        'type: http, command: x, permissions: {net: ["http://h/"]}',
        "steps[0].permissions.net",
        "1:53",
        /Expected a host such as .*, got "http:\/\/h\/"/,
      ],
      ["type: dag", "steps[0]", "1:9", /"call" is required/],
      ["call: d, command: x", "steps[0].command", "1:28", /"dag" does not support/],
      ["parallel: [a]", "steps[0].parallel", "1:20", /give the name of one in "call"/],
      ["call: d, parallel: []", "steps[0].parallel", "1:29", /no items/],
      ["call: d, parallel: {maxConcurrent: 1}", "steps[0].parallel", "1:29", /no items/],
      ["call: d, parallel: 5", "steps[0].parallel", "1:29", /text, a list or a map/],
      ["call: d, parallel: [[1]]", "steps[0].parallel[0]", "1:30", /An item of parallel/],
      ["call: d, parallel: [{a: [1]}]", "steps[0].parallel[0]", "1:34", /got a list/],
      [
        "call: d, parallel: {items: [a], maxConcurrent: 0}",
        "steps[0].parallel.maxConcurrent",
        "1:57",
        /at least 1/,
      ],
      ["call: d, run: e", "steps[0].run", "1:19", /"run" and "call" are the same field/],
      ["command: x, output: [A]", "steps[0].output", "1:30", /text or a map, got a list/],
      ["command: x, output: {key: k}", "steps[0].output", "1:30", /"name" is required/],
      ["command: x, continueOn: failure", "steps[0].continueOn", "1:34", /"failed", "skipped"/],
      ["command: x, continueOn: {failure: 'yes'}", "steps[0].continueOn.failure", "1:44", /boolean/],
      ["command: x, continueOn: {exitCode: [x]}", "steps[0].continueOn.exitCode[0]", "1:46", /an exit code/],
      ["command: x, retryPolicy: {limit: 2}", "steps[0].retryPolicy", "1:35", /"intervalSec" is required/],
      ["command: x, retry_policy: {interval_sec: 2}", "steps[0].retry_policy", "1:36", /"limit" is required/],
      [
        "command: x, retryPolicy: {limit: abc, intervalSec: 1}",
        "steps[0].retryPolicy.limit",
        "1:43",
        /"abc"/,
      ],
      [
        "command: x, retryPolicy: {limit: 1, intervalSec: 1, backoff: 1.0}",
        "steps[0].retryPolicy.backoff",
        "1:71",
        /greater than 1/,
      ],
      [
        "command: x, repeatPolicy: {repeat: forever}",
        "steps[0].repeatPolicy.repeat",
        "1:45",
        /"while", "until"/,
      ],
      [
        "command: x, repeatPolicy: {repeat: while}",
        "steps[0].repeatPolicy.repeat",
        "1:45",
        /requires "condition"/,
      ],
      ["command: x, signalOnStop: SIGNOPE", "steps[0].signalOnStop", "1:36", /Unknown signal "SIGNOPE"/],
      ["command: x, stdout: a, stderr: ' a'", "steps[0].stderr", "1:41", /stdout and stderr/],
      ["command: x, timeoutSec: -1", "steps[0].timeoutSec", "1:34", /at least 0/],
      ["command: x, name: 12", "steps[0].name", "1:28", /put it in quotes/],
      [`command: x, name: ${"n".repeat(41)}`, "steps[0].name", "1:28", /at most 40/],
      ["command: x, id: 1abc", "steps[0].id", "1:26", /"1abc" must begin with a letter/],
      ["command: x, id: env", "steps[0].id", "1:26", /reserved/],
      ["command: x, depends: y", "steps[0].depends", "1:31", /depends on "y", which does not exist/],
      ["command: x, depends: {on: y}", "steps[0].depends", "1:31", /text or a list/],
    ],
    (text) => `steps: [{${text}}]`,
  );
});

Deno.test("errors: entries of steps", () => {
  verify([
    ["steps: [5]", "steps[0]", "1:9", /text, a map or a list, got the number 5/],
    ["steps: [~]", "steps[0]", "1:9", /got nothing/],
    ["steps: ['']", "steps[0].command", "1:9", /command is empty/],
    ["steps: [[[a]]]", "steps[0][0]", "1:10", /text or a map, got a list/],
    ["steps: {a: [x]}", "steps.a", "1:12", /text or a map, got a list/],
    ["steps: [{name: a, command: x}, {name: ' a', command: x}]", "steps[1].name", "1:39", /must be unique/],
    ["steps: [{id: a, command: x}, {id: a, command: x}]", "steps[1].id", "1:35", /must be unique/],
    ["steps: [{name: a, command: x}, {id: a, command: x}]", "steps[1].id", "1:37", /conflicts with the name/],
    [
      "steps: [{name: fetch, command: x}, {command: x, depends: fecth}]",
      "steps[1].depends",
      "1:58",
      /did you mean "fetch"/,
    ],
  ], (text) => text);
});

Deno.test("errors: cycles are named", () => {
  const cases: readonly Case[] = [
    ["{name: a, command: x, depends: a}", "steps[0].depends", "2:40", /in a cycle: a -> a$/],
    [
      "{name: a, command: x, depends: c}, {name: b, command: x, depends: a}, {name: c, command: x, depends: b}",
      "steps[0].depends",
      "2:40",
      /in a cycle: a -> c -> b -> a$/,
    ],
    [
      "{id: i, name: a, command: x, depends: b}, {name: b, command: x, depends: i}",
      "steps[0].depends",
      "2:47",
      /a -> b -> a/,
    ],
  ];
  verify(cases, (text) => `type: graph\nsteps: [${text}]`);
  const [chain] = check("steps: [{name: a, command: x, depends: b}, {name: b, command: x}]");
  assertMatch(chain.message, /a -> b -> a; in a chain each step waits/);
});

Deno.test("errors: documents", () => {
  verify([
    ["", "", "1:1", /has no DAG/],
    ["# only\n---\n", "", "1:1", /has no DAG/],
    ["- a", "", "1:1", /^A DAG must be a map with keys such as "steps", got a list$/],
    ["just text", "", "1:1", /got the text "just text"/],
    ["steps: []\n---\nsteps: []", "name", "3:1", /"name" is required in every document but the first/],
    ["steps: []\n---\nname: a\n---\nname: a", "name", "5:1", /Two documents.*"a"/],
    ["steps: []\n---\nname: a\nfoo: 1", "foo", "4:1", /Unknown key "foo"/],
    ["a: [", "", "1:4", /never closed/],
  ], (text) => text);
  const file = checkDag({ text: "steps: []", file: "/d/my flow.yaml" }).issues;
  assertMatch(file[0].message, /"my flow".*it comes from the file name/);
  assertEquals(file[0].position, { file: "/d/my flow.yaml", line: 1, column: 1 });
});

Deno.test("errors: all of them at once, by place", () => {
  const issues = check(
    'name: "bad name"\nschedule: nope\nsteps:\n  - {command: x, foo: 1}\n  - {bar: 1, output: [A]}\n',
  );
  assertEquals(issues.map((issue) => issue.field), [
    "name",
    "schedule",
    "steps[0].foo",
    "steps[1].bar",
    "steps[1].output",
  ]);
  const error = assertThrows(() => loadDag({ text: "nmae: x\ntype: y", file: "/d/f.yaml" }), SpecError);
  assertEquals(error.issues.length, 2);
  assertEquals(
    error.message.split("\n")[0],
    '/d/f.yaml:1:1: field \'nmae\': Unknown key "nmae" in a DAG; did you mean "name"?',
  );
});

Deno.test("errors: limits", () => {
  assertMatch(check(`description: ${"x".repeat(MAX_TEXT)}`)[0].message, /at most 1048576/);
  assertMatch(check(`steps:\n${"  - x\n".repeat(10_001)}`)[0].message, /has 10001 steps, at most 10000/);
  assertMatch(check(`a: ${"[".repeat(100)}`)[0].message, /Nested deeper than 64/);
  const groups = check(`steps:\n  -\n${"    - x\n".repeat(1200)}  -\n${"    - x\n".repeat(1200)}`);
  assertMatch(groups[0].message, /1440000 dependencies, at most 1000000/);
  const many = check(Array.from({ length: 500 }, (_, index) => `unknown${index}: 1`).join("\n"));
  assertEquals(many.length, 101);
  assertMatch(many[100].message, /^400 more problems follow$/);
  assert(many.every((issue) => issue.position !== null));
});

Deno.test("errors: every item of a list that says nothing is told", () => {
  const issues = check("env:\n  -\n  -\nsteps:\n  -\n  - echo\n  -\n");
  assertEquals(issues.map(({ field }) => field), ["env[0]", "env[1]", "steps[0]", "steps[2]"]);
});
