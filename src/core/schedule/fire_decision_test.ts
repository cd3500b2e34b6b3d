import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { FIRE_AT, makeFire } from "../../../tests/fakes/fires.ts";
import { type DagRuns, decideFire } from "./fire_decision.ts";
import { uuidV7 } from "../ids.ts";
import type { Fire } from "./schedule.ts";
import { RunStatus } from "../status.ts";

const NEVER: DagRuns = { latest: null, active: false };

function after(status: RunStatus, startedAt: number, id = "old"): DagRuns {
  const active = status === RunStatus.Running || status === RunStatus.Waiting || status === RunStatus.Queued;
  return { latest: { id, status, startedAt, createdAt: startedAt }, active };
}

const YESTERDAY = after(RunStatus.Succeeded, FIRE_AT - 86_400_000 + 300);
const RUNNING = after(RunStatus.Running, FIRE_AT - 60_000);

/** Decides five seconds after the time of the fire. */
function verify(fire: Partial<Fire>, runs: DagRuns, action: string, why = /^$/): void {
  const decision = decideFire(makeFire(fire), runs, FIRE_AT + 5000);
  assertEquals(decision.action, action);
  assertMatch("why" in decision ? decision.why : "", why);
}

Deno.test("decide: a start", () => {
  verify({}, NEVER, "start");
  verify({}, YESTERDAY, "start");
  verify({ distributed: true }, YESTERDAY, "queue");
  verify({}, after(RunStatus.Failed, FIRE_AT + 1), "skip", /"old" began at that time or later/);
});

Deno.test("decide: a run of a time that is still to come, by a clock that was ahead, keeps none back", () => {
  verify({}, after(RunStatus.Succeeded, FIRE_AT + 3_600_000), "start");
  verify({ skipIfSuccessful: true }, after(RunStatus.Succeeded, FIRE_AT + 3_600_000), "start");
  verify({}, after(RunStatus.Succeeded, FIRE_AT + 30_000), "skip", /began at that time or later/);
  verify({}, after(RunStatus.Running, FIRE_AT + 3_600_000), "skip", /is still active/);
});

Deno.test("decide: a run that a fire started late belongs to that fire's time", () => {
  const late = uuidV7(FIRE_AT - 60_000, (length) => new Uint8Array(length));
  verify({}, after(RunStatus.Succeeded, FIRE_AT + 5000, late), "start");
  const byHand = uuidV7(FIRE_AT + 4990, (length) => new Uint8Array(length));
  verify({}, after(RunStatus.Succeeded, FIRE_AT + 5000, byHand), "skip", /began at that time or later/);
});

Deno.test("decide: a start while a run is active", () => {
  verify({}, RUNNING, "skip", /"old" is still active/);
  verify({ overlap: "queue" }, RUNNING, "queue");
  verify({ overlap: "replace" }, RUNNING, "replace");
  verify({ overlap: "queue" }, YESTERDAY, "start");
  const older = { ...YESTERDAY, active: true };
  verify({}, older, "skip", /still active/);
});

Deno.test("decide: the run of the fire exists already", () => {
  const runId = makeFire().runId;
  verify({}, after(RunStatus.Running, FIRE_AT + 10, runId), "done");
  verify({}, after(RunStatus.Failed, FIRE_AT + 10, runId), "done");
  verify({ kind: "restart" }, after(RunStatus.Running, FIRE_AT + 10, runId), "done");
  verify({ suspended: true }, after(RunStatus.Running, FIRE_AT + 10, runId), "done");
});

Deno.test("decide: skipIfSuccessful looks at what ran since the time before", () => {
  const fire = { skipIfSuccessful: true };
  verify(fire, after(RunStatus.Succeeded, FIRE_AT - 3_600_000), "skip", /"old" has succeeded since/);
  verify(fire, after(RunStatus.PartiallySucceeded, FIRE_AT - 3_600_000), "skip", /succeeded/);
  verify(fire, after(RunStatus.Failed, FIRE_AT - 3_600_000), "start");
  verify(fire, after(RunStatus.Succeeded, FIRE_AT - 90_000_000), "start");
  const scheduled = makeFire().previousRunId;
  verify(fire, after(RunStatus.Succeeded, FIRE_AT - 86_400_000 + 200, scheduled), "start");
  verify({}, after(RunStatus.Succeeded, FIRE_AT - 3_600_000), "start");
});

Deno.test("decide: stop and restart", () => {
  verify({ kind: "stop" }, RUNNING, "stop");
  verify({ kind: "stop" }, YESTERDAY, "skip", /no run is active/);
  verify({ kind: "restart" }, RUNNING, "restart");
  verify({ kind: "restart" }, YESTERDAY, "skip", /"old" does not run, it is succeeded/);
  verify({ kind: "restart" }, NEVER, "skip", /never run/);
  const waiting = after(RunStatus.Queued, FIRE_AT - 60_000);
  verify({ kind: "restart" }, waiting, "skip", /"old" has not begun yet/);
  verify(
    { kind: "restart" },
    after(RunStatus.Waiting, FIRE_AT - 60_000),
    "skip",
    /does not run, it is waiting/,
  );
  verify({ kind: "restart", distributed: true }, waiting, "skip", /"old" has not begun yet/);
  verify({ kind: "restart", distributed: true }, RUNNING, "restart");
});

Deno.test("decide: suspended, broken and missed fires", () => {
  for (const kind of ["start", "stop", "restart"] as const) {
    verify({ kind, suspended: true }, RUNNING, "skip", /suspended/);
    verify({ kind, broken: "x.yaml:1: no" }, RUNNING, "miss", /cannot be read: x.yaml:1: no/);
    verify({ kind, missed: "no scheduler ran" }, RUNNING, "miss", /no scheduler ran/);
  }
});
