import { assertEquals } from "../../../../tests/assert.ts";
import { newRunRecord } from "../../../core/run.ts";
import { twoSteps } from "../../../../tests/fakes/attempts.ts";
import { eventFromLine } from "./event_json.ts";

const RECORD = newRunRecord({
  dag: twoSteps("one"),
  dagRunId: "r1",
  attemptId: "abc123",
  root: { name: "one", id: "r1" },
  parent: null,
  params: [],
  createdAt: 1000,
  log: "",
  pid: 1,
  workerId: "",
});

function patchOf(line: unknown): unknown {
  return eventFromLine(JSON.stringify(line), RECORD)?.event.patch;
}

Deno.test("an event changes what a run has, to values of the kind that it has", () => {
  assertEquals(patchOf({ seq: 1, run: { status: 77, finishedAt: "x", startedAt: 1e300, error: 5 } }), {
    status: 0,
    finishedAt: 0,
    startedAt: 0,
    error: "",
  });
  assertEquals(patchOf({ seq: 1, run: { nodes: 5, name: {}, constructor: 1, pid: 7 } }), { pid: 7 });
});

Deno.test("an event changes what a node has, to values of the kind that it has", () => {
  const wrong = {
    outputs: 2,
    children: "x",
    conditions: [1],
    shown: { commands: [1] },
    used: [],
    permissions: 1,
  };
  assertEquals(patchOf({ seq: 1, node: 0, patch: { ...wrong, step: null } }), {
    outputs: {},
    children: [],
    conditions: [],
    shown: { commands: [], script: "" },
    used: null,
    permissions: null,
  });
  const numbers = { doneCount: 2 ** 53, retryCount: 1.5, exitCode: -1, pgid: "7" };
  assertEquals(patchOf({ seq: 1, node: 0, patch: numbers }), {
    doneCount: 0,
    retryCount: 0,
    exitCode: -1,
    pgid: 0,
  });
  assertEquals(patchOf({ seq: 1, node: 0, patch: {}, children: [1, { dagRunId: "c1" }] }), {
    children: [{ dagRunId: "c1", params: "" }],
  });
});
