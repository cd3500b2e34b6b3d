import { assertEquals } from "../../../tests/assert.ts";
import { fakeNode, fakeRecord } from "../../../tests/support/cli_fakes.ts";
import type { RunRecord } from "../../core/run.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import { exitCodeOf, failureOf } from "./exit_code.ts";

const code = (status: RunStatus, change: Partial<RunRecord> = {}, stoppedBy = "") =>
  exitCodeOf({ record: fakeRecord(change.nodes ?? [], { ...change, status }), stoppedBy });

Deno.test("exit code: by the status of the run", () => {
  assertEquals(code(RunStatus.Succeeded), 0);
  assertEquals(code(RunStatus.Waiting), 0);
  assertEquals(code(RunStatus.Aborted), 0);
  assertEquals(code(RunStatus.Failed), 1);
  assertEquals(code(RunStatus.Rejected), 1);
});

Deno.test("exit code: an aborted or waiting run of which something failed besides", () => {
  const init = fakeNode("onInit", { status: NodeStatus.Failed });
  const exit = fakeNode("onExit", { status: NodeStatus.Failed });
  assertEquals(code(RunStatus.Aborted, { handlers: { init } }), 1);
  assertEquals(code(RunStatus.Aborted, { handlers: { exit } }), 1);
  assertEquals(code(RunStatus.Waiting, { nodes: [fakeNode("a", { status: NodeStatus.Failed })] }), 1);
  assertEquals(code(RunStatus.Aborted, { nodes: [fakeNode("a", { status: NodeStatus.Failed })] }), 1);
  assertEquals(code(RunStatus.Aborted, { nodes: [fakeNode("a", { status: NodeStatus.Aborted })] }), 0);
  assertEquals(code(RunStatus.Aborted, { handlers: { init: fakeNode("onInit") } }), 0);
});

Deno.test("exit code: partial success counts as failure only when a step failed", () => {
  const failed = fakeNode("a", { status: NodeStatus.Failed });
  const partial = fakeNode("b", { status: NodeStatus.PartiallySucceeded });
  assertEquals(code(RunStatus.PartiallySucceeded, { nodes: [failed, partial] }), 1);
  assertEquals(code(RunStatus.PartiallySucceeded, { nodes: [partial] }), 0);
});

Deno.test("exit code: signals give 128 and their number, unless the run succeeded all the same", () => {
  assertEquals(code(RunStatus.Aborted, {}, "SIGINT"), 130);
  assertEquals(code(RunStatus.Aborted, {}, "SIGTERM"), 143);
  assertEquals(code(RunStatus.Failed, {}, "SIGHUP"), 129);
  assertEquals(code(RunStatus.Succeeded, {}, "SIGTERM"), 0);
});

Deno.test("exit code: the reason in one line", () => {
  const nodes = [
    fakeNode("a", { status: NodeStatus.Failed, error: "exit status 3\nrecent stderr (tail):\nx" }),
    fakeNode("b", { status: NodeStatus.Failed, error: "exit status 4" }),
  ];
  const record = fakeRecord(nodes, { status: RunStatus.Failed });
  assertEquals(failureOf({ record, stoppedBy: "" }), 'step "a": exit status 3 (2 steps failed)');
  assertEquals(failureOf({ record, stoppedBy: "SIGINT" }), "stopped by SIGINT");
  const bare = fakeRecord([], { status: RunStatus.Failed, error: "no space left" });
  assertEquals(failureOf({ record: bare, stoppedBy: "" }), "no space left");
  const cut = fakeRecord([
    fakeNode("a", { status: NodeStatus.Succeeded }),
    fakeNode("b", { status: NodeStatus.Aborted, startedAt: 5, error: "signal: killed" }),
    fakeNode("c", { status: NodeStatus.Aborted, startedAt: 0 }),
  ], { status: RunStatus.Failed });
  assertEquals(failureOf({ record: cut, stoppedBy: "" }), 'its time limit (timeoutSec) ended step "b"');
});
