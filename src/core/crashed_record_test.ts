import { assertEquals } from "../../tests/assert.ts";
import { makeDag, makeStep } from "../../tests/fakes/dags.ts";
import { makeRecord } from "../../tests/fakes/records.ts";
import { CRASHED, crashedRecord } from "./crashed_record.ts";
import { applyEvent, type RunEvent } from "./run.ts";
import { NodeStatus, RunStatus } from "./status.ts";

Deno.test("what ran has failed; what had ended or not begun stays, and so does the given record", () => {
  const events: RunEvent[] = [
    { kind: "run", patch: { status: RunStatus.Running } },
    { kind: "node", node: 0, patch: { status: NodeStatus.Succeeded } },
    { kind: "node", node: 1, patch: { status: NodeStatus.Running, pgid: 7 } },
  ];
  const running = events.reduce(
    applyEvent,
    makeRecord(makeDag(["a", "b", "c"].map((name) => makeStep(name)))),
  );
  const crashed = crashedRecord(running, 99);
  assertEquals(crashed.nodes.map(({ state }) => [state.status, state.finishedAt, state.pgid, state.error]), [
    [NodeStatus.Succeeded, 0, 0, ""],
    [NodeStatus.Failed, 99, 0, CRASHED],
    [NodeStatus.NotStarted, 0, 0, ""],
  ]);
  assertEquals([crashed.status, crashed.finishedAt, crashed.error], [RunStatus.Failed, 99, CRASHED]);
  assertEquals([running.status, running.nodes[1]!.state.status], [RunStatus.Running, NodeStatus.Running]);
});
