import { assertEquals, assertThrows } from "../../tests/assert.ts";
import { makeDag, makeStep } from "../../tests/fakes/dags.ts";
import { makeRecord } from "../../tests/fakes/records.ts";
import { DaguError } from "../core/errors.ts";
import { applyEvent, type NodeState, type RunRecord } from "../core/run.ts";
import { NodeStatus, RunStatus } from "../core/status.ts";
import { approve, reject, rejectAbove, resumeAbove, stillWaits } from "./approval.ts";

/** A run in which `ask` waits, `call` waits for a sub-run, and `done` has succeeded. */
function waitingRun(config: Record<string, unknown> = {}): RunRecord {
  const steps = [
    makeStep("ask", { id: "a1", executor: { type: "hitl", config } }),
    makeStep("call"),
    makeStep("done"),
    makeStep("after", { depends: ["ask"] }),
  ];
  let record = makeRecord(makeDag(steps));
  const set = (node: number, patch: Partial<NodeState>) =>
    record = applyEvent(record, { kind: "node", node, patch });
  set(0, { status: NodeStatus.Waiting, outputs: { SAID: "text" } });
  set(1, { status: NodeStatus.Waiting, children: [{ dagRunId: "child", params: "" }] });
  set(2, { status: NodeStatus.Succeeded });
  return applyEvent(record, { kind: "run", patch: { status: RunStatus.Waiting } });
}

const BY = { by: "me", at: 5 };

Deno.test("approval: the step has succeeded, inputs are outputs and stand under their published names", () => {
  const before = waitingRun({ input: ["WHO", "MY_TICKET"], required: ["WHO"] });
  const inputs = { WHO: "a b", MY_TICKET: "17" };
  const { state } = approve(before, { ...BY, step: "a1", inputs }).reduce(applyEvent, before).nodes[0]!;
  assertEquals(state.status, NodeStatus.Succeeded);
  assertEquals(state.outputs, { SAID: "text", WHO: "a b", MY_TICKET: "17" });
  assertEquals(state.approvalInputs, { who: "a b", myTicket: "17" });
  assertEquals([state.approvedBy, state.approvedAt], ["me", 5]);
});

Deno.test("approval: what it refuses", () => {
  const record = waitingRun({ input: ["WHO"], required: ["WHO"] });
  const refused: [step: string, inputs: Record<string, string>, text: string][] = [
    ["ask", {}, "required inputs WHO are missing"],
    ["ask", { WHO: "x", WHOM: "y" }, 'did you mean "WHO"?'],
    ["none", {}, 'no such step; waiting: "ask", "call"'],
    ["done", {}, "its status is succeeded"],
    ["after", {}, "its status is not_started"],
    ["call", {}, 'it waits for a sub-run; name that ("child")'],
  ];
  for (const [step, inputs, text] of refused) {
    assertThrows(() => approve(record, { ...BY, step, inputs }), DaguError, text);
  }
  assertThrows(
    () => approve(waitingRun(), { ...BY, step: "ask", inputs: { "A B": "" } }),
    DaguError,
    '"A B"',
  );
  assertEquals(approve(waitingRun(), { ...BY, step: "ask", inputs: { ANY: "" } }).length, 1);
});

Deno.test("approval: a rejection ends step and run, and says why", () => {
  const before = waitingRun();
  const after = reject(before, { ...BY, step: "ask", reason: "not yet" }).reduce(applyEvent, before);
  assertEquals([after.status, after.finishedAt], [RunStatus.Rejected, 5]);
  assertEquals(after.error, 'Step "ask" was rejected: not yet');
  const { status, rejectedBy, rejectionReason } = after.nodes[0]!.state;
  assertEquals([status, rejectedBy, rejectionReason], [NodeStatus.Rejected, "me", "not yet"]);
  assertEquals(after.nodes[3]!.state.status, NodeStatus.NotStarted);
  assertThrows(() => reject(after, { ...BY, step: "ask", reason: "" }), DaguError, "its status is rejected");
});

Deno.test("approval: runs above go on with the sub-run that they wait for, or are rejected with it", () => {
  const before = waitingRun();
  const resumed = resumeAbove(before, "child").reduce(applyEvent, before);
  assertEquals(resumed.nodes[1]!.state.status, NodeStatus.NotStarted);
  assertEquals(resumed.nodes[1]!.state.children.length, 1);
  assertEquals(stillWaits(resumed), true, "the other step still waits");
  assertEquals(resumeAbove(waitingRun(), "another"), []);
  const again = waitingRun();
  const rejected = rejectAbove(again, "child", { ...BY, step: "inner", reason: "" }).reduce(
    applyEvent,
    again,
  );
  assertEquals([rejected.status, rejected.nodes[1]!.state.status], [RunStatus.Rejected, NodeStatus.Rejected]);
});
