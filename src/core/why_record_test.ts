import { assertEquals } from "../../tests/assert.ts";
import { fakeNode, fakeRecord } from "../../tests/support/cli_fakes.ts";
import { NodeStatus, RunStatus } from "./status.ts";
import { whyRecord } from "./why_record.ts";

const at = (name: string, status: NodeStatus, error = "") => fakeNode(name, { status, error });

Deno.test("why: what goes on", () => {
  const running = fakeRecord([at("a", NodeStatus.Succeeded), at("b", NodeStatus.Running)], {
    status: RunStatus.Running,
  });
  assertEquals(whyRecord(running), 'it is running, at step "b"');
  const waiting = fakeRecord([at("ok", NodeStatus.Waiting)], { status: RunStatus.Waiting });
  assertEquals(whyRecord(waiting), 'it waits for an approval of step "ok"');
  assertEquals(whyRecord(fakeRecord([], { status: RunStatus.NotStarted })), "it is about to begin");
});

Deno.test("why: what did not go well", () => {
  const failed = ["a", "b", "c", "d"].map((name) => at(name, NodeStatus.Failed));
  assertEquals(
    whyRecord(fakeRecord(failed, { status: RunStatus.Failed })),
    'it failed at steps "a", "b", "c" and 1 more',
  );
  const dead = fakeRecord([], { status: RunStatus.Failed, error: "process terminated unexpectedly" });
  assertEquals(whyRecord(dead), "it failed: process terminated unexpectedly");
  assertEquals(
    whyRecord({ ...dead, resumes: true }),
    "it failed: process terminated unexpectedly; a scheduler has it go on",
  );
  const unmet = { condition: "test -e x", expected: "", negate: false, error: "exit status 1" };
  assertEquals(
    whyRecord(fakeRecord([], { status: RunStatus.Aborted, conditions: [unmet] })),
    'it was not begun: the condition "test -e x" was not met',
  );
  const stopped = fakeRecord([at("a", NodeStatus.Aborted)], { status: RunStatus.Aborted });
  assertEquals(whyRecord(stopped), 'it was stopped at step "a"');
  const rejected = fakeNode("ok", { status: NodeStatus.Rejected, rejectedBy: "eva", rejectionReason: "no" });
  assertEquals(
    whyRecord(fakeRecord([rejected], { status: RunStatus.Rejected })),
    'it was rejected by eva at step "ok": no',
  );
});

Deno.test("why: what is well", () => {
  assertEquals(whyRecord(fakeRecord([at("a", NodeStatus.Succeeded)])), "it succeeded");
  assertEquals(
    whyRecord(fakeRecord([at("a", NodeStatus.Skipped, "condition not met")])),
    "it succeeded, and every step was skipped: condition not met",
  );
  const partial = fakeRecord([at("a", NodeStatus.Failed), at("b", NodeStatus.Succeeded)], {
    status: RunStatus.PartiallySucceeded,
  });
  assertEquals(whyRecord(partial), 'it succeeded in part; failed: step "a"');
});
