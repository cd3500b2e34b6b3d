import { assertEquals, assertThrows } from "../../../../tests/assert.ts";
import { makeDag, makeStep } from "../../../../tests/fakes/dags.ts";
import { fullDag } from "../../../../tests/fakes/full_dag.ts";
import type { ContainerDecl } from "../../../core/declarations.ts";
import type { Snapshot } from "../../../ports/run_store.ts";
import { snapshotFromJson, snapshotToJson } from "./dag_json.ts";

const full: Snapshot = {
  dag: fullDag(),
  env: ["A=Mon", "B=two Mon"],
  params: ["P1=x y", "2=z"],
  paramsJson: `{"P1":"x y","2":"z"}`,
  workingDir: "/home/u/work",
};

Deno.test("a snapshot comes back as it was written", () => {
  assertEquals(snapshotFromJson(snapshotToJson(full)), full);
  const plain = {
    ...full,
    dag: makeDag([makeStep("a")]),
    env: [],
    params: [],
    paramsJson: "",
    workingDir: "",
  };
  assertEquals(snapshotFromJson(snapshotToJson(plain)), plain);
});

Deno.test("a snapshot has the members that Dagu looks for", () => {
  const json = JSON.parse(snapshotToJson(full));
  assertEquals(json.env, ["A=Mon", "B=two Mon"]);
  assertEquals(json.params, ["P1=x y", "2=z"]);
  assertEquals(json.defaultParams, 'P1="a b" 2="`x`"');
  assertEquals(json.paramsJSON, full.paramsJson);
  assertEquals(json.workingDir, "/home/u/work");
  assertEquals(json.schedule, [{ expression: "0 1 * * *" }]);
  assertEquals(json.maxCleanUpTime, 7_000_000_000);
  assertEquals(json.timeout, 100_000_000_000);
  assertEquals(Object.keys(json.handlerOn).sort(), ["cancel", "exit", "failure", "init", "success", "wait"]);
  assertEquals(json.localDAGs.leaf.name, "leaf");
  assertEquals(json.yamlData, "c3RlcHM6CiAgLSBlY2hvIMO8bsOvIPCfkqEK");
  assertEquals(json.container.Image, "alpine:3");
  assertEquals(json.container.PullPolicy, 2);
  assertEquals(json.ssh.port, "22");
  assertEquals([json.ssh.shell, json.ssh.shellArgs], ["bash", ["-e"]]);
  assertEquals("strictHostKey" in json.ssh, false);
  assertEquals(json.otel.timeout, 5_000_000_000);
  assertEquals(json.llm, {
    provider: "local",
    model: "m",
    maxTokens: 9,
    baseURL: "http://localhost:1",
    thinking: { enabled: true, effort: "low", budgetTokens: 7 },
  });
  assertEquals(json.registryAuths, { "reg.io": { username: "u", password: "p" } });
  const [one, script, call, fan, , , box, inside, talk] = json.steps;
  assertEquals(one.commands[0], {
    command: "echo",
    args: ["hello ${P1}", "x y"],
    cmdWithArgs: "echo \"hello ${P1}\" 'x y'",
  });
  assertEquals(one.commands[1].cmdWithArgs, "ls -l 'a b' 'it'\\''s'");
  assertEquals(one.retryPolicy, {
    limit: 2,
    interval: 1_500_000_000,
    exitCode: [1],
    backoff: 2.5,
    maxInterval: 9_000_000_000,
  });
  assertEquals(one.env, ["X=a=b", "Y="]);
  assertEquals(script.executorConfig, {});
  assertEquals(script.retryPolicy, { limitStr: "${LIMIT}", intervalSecStr: "$WAIT" });
  assertEquals(script.repeatPolicy.repeatMode, "until");
  assertEquals(call.childDag, { name: "leaf", params: `V="9" W="z w"` });
  assertEquals(fan.parallel, { items: [{ value: "a" }, { params: { V: "1" } }], maxConcurrent: 2 });
  assertEquals([box.container.Env, box.container.PullPolicy], [["A=1"], 1]);
  assertEquals([inside.container.Exec, inside.container.PullPolicy], ["running-box", 0]);
  assertEquals([talk.llm.temperature, talk.llm.stream], [0, false]);
});

Deno.test("what Dagu wrote is read, with defaults for what it leaves out", () => {
  const snapshot = snapshotFromJson(JSON.stringify({
    workingDir: "/w",
    name: "d",
    type: "graph",
    shell: "/bin/bash",
    env: ["E=a=b"],
    defaultParams: 'P="1" "x"',
    params: ["P=2"],
    paramsJSON: '{"P":"2"}',
    steps: [
      {
        name: "a",
        executorConfig: {},
        commands: [{ command: "echo", args: ["a b"], cmdWithArgs: "echo 'a b'" }],
      },
      {
        name: "b",
        commands: [{ command: "echo", args: ["a b"] }],
        container: { Image: "i", PullPolicy: 0, Env: null },
      },
    ],
    handlerOn: { cancel: { commands: [{ command: "x" }] } },
    errorMail: {},
    yamlData: "not base 64 !",
  }));
  assertEquals(snapshot.env, ["E=a=b"]);
  assertEquals(snapshot.dag.env, [{ name: "E", value: "a=b" }]);
  assertEquals(snapshot.dag.params.defaults, [{ name: "P", value: "1" }, { name: "2", value: "x" }]);
  assertEquals(snapshot.dag.steps[0].commands, [{ text: "echo 'a b'", args: null }]);
  assertEquals(snapshot.dag.steps[1].commands, [{ text: "echo 'a b'", args: null }]);
  const container = snapshot.dag.steps[1].container as ContainerDecl;
  assertEquals([container.image, container.pullPolicy, container.startup], ["i", "always", "keepalive"]);
  assertEquals(snapshot.dag.handlers.abort?.name, "onCancel");
  assertEquals(snapshot.dag.errorMail, { from: "", to: [], prefix: "", attachLogs: false });
  assertEquals(snapshot.dag.maxActiveRuns, 1);
  assertEquals(snapshot.dag.histRetentionDays, 30);
  assertEquals(snapshot.dag.maxCleanUpMs, 5000);
  assertEquals(snapshot.dag.maxOutputSize, 1_048_576);
  assertEquals(snapshot.dag.source, "");
});

Deno.test("text that is no snapshot is refused, members of a wrong shape are not", () => {
  assertThrows(() => snapshotFromJson("{"), SyntaxError);
  assertThrows(() => snapshotFromJson("[]"), SyntaxError, "no JSON object");
  const odd = snapshotFromJson('{"name":1,"steps":{"a":1},"env":[1,"A=1"],"own":{"env":3}}');
  assertEquals(odd.env, ["A=1"]);
  assertEquals(odd.dag.env, []);
  assertEquals(odd.dag.steps, []);
});
