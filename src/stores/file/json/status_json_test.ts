import { assert, assertEquals } from "../../../../tests/assert.ts";
import { makeDag, makeStep } from "../../../../tests/fakes/dags.ts";
import { fullDag, fullSteps } from "../../../../tests/fakes/full_dag.ts";
import { makeRecord } from "../../../../tests/fakes/records.ts";
import { INITIAL_NODE_STATE, type NodeState, type RunRecord } from "../../../core/run.ts";
import { NodeStatus, RunStatus } from "../../../core/status.ts";
import { openLine } from "../sealed_line.ts";
import { recordFromJson, recordToLine } from "./status_json.ts";

const START = Date.UTC(2026, 10, 22, 22, 58, 27, 994);

const busy: NodeState = {
  ...INITIAL_NODE_STATE,
  status: NodeStatus.Failed,
  startedAt: START,
  finishedAt: START + 1234,
  stdout: "/l/one.stdout.log",
  stderr: "/l/one.stderr.log",
  error: "exit status 7\nrecent stderr (tail):\nünï",
  exitCode: 7,
  retryCount: 2,
  retriedAt: START + 1000,
  doneCount: 3,
  repeated: true,
  children: [{ dagRunId: "c1", params: `A="1"` }],
  childrenRepeated: [{ dagRunId: "c0", params: "" }],
  outputs: { OUT: "a=b\n", EMPTY: "" },
  conditions: [{ condition: "`echo 1`", expected: "1", negate: true, error: "" }],
  pgid: 4711,
  permissions: { net: ["a:1"], run: ["*"] },
  used: { permissions: { net: ["a:1"] }, unknown: "no tracer" },
  approvedAt: START,
  approvedBy: "someone",
  approvalInputs: { who: "me" },
  rejectedAt: START + 1,
  rejectedBy: "other",
  rejectionReason: "no",
};

function record(states: Record<string, NodeState> = {}, given: Partial<RunRecord> = {}): RunRecord {
  const base = makeRecord(fullDag(), {
    dagRunId: "r1",
    attemptId: "abc123",
    root: { name: "root", id: "r0" },
    parent: { name: "root", id: "r0" },
    params: ["A=1", "B=two words"],
    createdAt: START - 5,
    log: "/l/run.log",
    pid: 12,
  });
  const nodes = base.nodes.map((node) => ({ ...node, state: states[node.step.name] ?? node.state }));
  return { ...base, nodes, status: RunStatus.Running, startedAt: START, seq: 17, ...given };
}

function roundTrip(value: RunRecord, final = false): RunRecord {
  return recordFromJson(openLine(recordToLine(value, final))!)!;
}

Deno.test("a record comes back as it was written", () => {
  const value = record({ one: busy, call: { ...INITIAL_NODE_STATE, status: NodeStatus.Running, pgid: 1 } }, {
    queuedAt: START - 4,
    error: "what happened",
    conditions: [{ condition: "test", expected: "", negate: false, error: "condition was not met" }],
  });
  assertEquals(roundTrip(value), value);
  const ended = { ...value, status: RunStatus.Failed, finishedAt: START + 5000 };
  assertEquals(roundTrip(ended, true), { ...ended, seq: 0 });
  assertEquals(roundTrip({ ...ended, status: RunStatus.Waiting }, true).seq, 17);
});

Deno.test("results of conditions come back in every state", () => {
  const condition = { condition: "a", expected: "", negate: false };
  const step = makeStep("a", { preconditions: [condition] });
  for (const status of Object.values(NodeStatus)) {
    for (const conditions of [[], [{ ...condition, error: "" }], [{ ...condition, error: "no" }]]) {
      const state = { ...INITIAL_NODE_STATE, status, conditions };
      const value = record({}, { nodes: [{ step, state }, { step: makeStep("b"), state }] });
      assertEquals(roundTrip(value).nodes.map((node) => node.state.conditions), [conditions, conditions]);
    }
  }
});

Deno.test("an exit code comes back with and without an error text that tells it", () => {
  for (
    const [exitCode, error] of [[0, ""], [3, "exit status 3"], [124, "timed out"], [
      0,
      "exit status 3",
    ]] as const
  ) {
    const value = record({ one: { ...INITIAL_NODE_STATE, status: NodeStatus.Failed, exitCode, error } });
    assertEquals(roundTrip(value).nodes[0].state.exitCode, exitCode);
  }
});

Deno.test("a final line of an ended run has the members of Dagu, and what made the run begin", () => {
  const steps = [makeStep("one", { output: { name: "X", key: "", omit: false } }), makeStep("two")];
  const base = makeRecord(makeDag(steps, { handlers: { abort: makeStep("onCancel") } }), {
    dagRunId: "r1",
    createdAt: START,
    log: "/l",
    trigger: "schedule",
  });
  const state = {
    ...INITIAL_NODE_STATE,
    status: NodeStatus.Succeeded,
    startedAt: START,
    finishedAt: START,
    doneCount: 1,
    outputs: { X: "1" },
  };
  const value = {
    ...base,
    status: RunStatus.Succeeded,
    startedAt: START,
    finishedAt: START,
    nodes: [{ step: steps[0], state }, base.nodes[1]],
  };
  const json = JSON.parse(recordToLine(value, true));
  assertEquals(
    Object.keys(json).sort().join(" "),
    "attemptId createdAt dagRunId finishedAt log name nodes onCancel pid root startedAt status triggerType workerId",
  );
  assertEquals(
    Object.keys(json.nodes[0]).join(" "),
    "step stdout stderr startedAt finishedAt status doneCount outputVariables",
  );
  assertEquals(Object.keys(json.nodes[0].step).join(" "), "name commands output");
  assertEquals(json.nodes[0].outputVariables, { X: "X=1" });
  assertEquals([json.nodes[1].startedAt, json.nodes[1].stdout, json.nodes[1].status], ["", "", 0]);
  assert(!recordToLine(value, true).includes("\n"));
});

Deno.test("times of nodes that wait with their run are dashes, as those of Dagu", () => {
  const timesOf = (status: RunStatus) => {
    const line = recordToLine(record({}, { status }), false);
    assertEquals(recordFromJson(openLine(line)!)!.nodes[0]!.state.startedAt, 0);
    const { startedAt, finishedAt } = JSON.parse(line).nodes[0];
    return [startedAt, finishedAt];
  };
  assertEquals(timesOf(RunStatus.Queued), ["-", "-"]);
  assertEquals(timesOf(RunStatus.Running), ["", ""]);
});

Deno.test("commands are shown as they were run", () => {
  const [step] = fullSteps();
  const shown = { commands: ["echo hello bob", "ls"], script: "" };
  const value = record({}, { nodes: [{ step, state: { ...busy, shown } }] });
  const json = JSON.parse(recordToLine(value, false));
  assertEquals(json.nodes[0].step.commands[0].args, ["hello", "bob"]);
  assertEquals(json.nodes[0].step.commands[1].cmdWithArgs, "ls -l 'a b' 'it'\\''s'");
  assertEquals(roundTrip(value).nodes[0].step.commands[0].text, "echo hello bob");
});

Deno.test("what is no record is refused", () => {
  for (
    const json of [{}, { name: "a" }, { name: "a", dagRunId: "b" }, { name: "a", dagRunId: "b", nodes: 3 }]
  ) {
    assertEquals(recordFromJson(json), null);
  }
  assertEquals(recordFromJson({ name: "a", dagRunId: "b", nodes: null })?.root, { name: "a", id: "b" });
  assertEquals(
    recordFromJson({ name: "a", dagRunId: "b", nodes: [{}], status: 77 })?.status,
    RunStatus.NotStarted,
  );
});

Deno.test("Dagu leaves out the nodes of a run that has none", () => {
  const read = recordFromJson({ name: "a", dagRunId: "b", attemptId: "c", status: 4 });
  assertEquals(read?.status, RunStatus.Succeeded);
  assertEquals(read?.nodes, []);
});

Deno.test("a note of Dagu among the outputs is no output", () => {
  const read = recordFromJson({
    name: "a",
    dagRunId: "b",
    nodes: [{
      step: { name: "s" },
      startedAt: "-",
      outputVariables: { "DAGU_CONTINUE_ON.s": "DAGU_CONTINUE_ON.s=false", X: "X=1" },
    }],
  });
  assertEquals(read?.nodes[0].state.outputs, { X: "1" });
  assertEquals(read?.nodes[0].state.startedAt, 0);
});
