/** Attempts for tests of stores. */
import type { Dag } from "../../src/core/dag.ts";
import type { RunEvent, RunRef } from "../../src/core/run.ts";
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import type { Attempt, NewAttempt, Snapshot } from "../../src/ports/run_store.ts";
import { bootId, hostName, ownPid, processStartTime } from "../../src/platform/process/identity.ts";
import { makeDag, makeStep } from "./dags.ts";

export function makeSnapshot(dag: Dag, given: Partial<Snapshot> = {}): Snapshot {
  return { dag, env: [], params: ["A=1"], paramsJson: `{"A":"1"}`, workingDir: "/tmp", ...given };
}

export function twoSteps(name = "test"): Dag {
  return makeDag([makeStep("a"), makeStep("b", { depends: ["a"] })], {
    name,
    handlers: { exit: makeStep("onExit") },
  });
}

/** A root run of this process; `root` and `parent` make it a sub-run. */
export function newAttempt(
  dagRunId: string,
  given: Partial<NewAttempt> & { readonly dag?: Dag } = {},
): NewAttempt {
  const dag = given.dag ?? twoSteps();
  return {
    snapshot: makeSnapshot(dag),
    dagRunId,
    root: { name: dag.name, id: dagRunId },
    parent: null,
    createdAt: Date.now(),
    workerId: "local",
    pid: ownPid(),
    lease: ownLease("token-of-a-test"),
    again: false,
    onlyQueued: false,
    previous: null,
    ...given,
  };
}

export function childAttempt(root: RunRef, dagRunId: string, given: Partial<NewAttempt> = {}): NewAttempt {
  return newAttempt(dagRunId, { dag: twoSteps("child"), root, parent: root, ...given });
}

export function ownLease(token: string): NewAttempt["lease"] {
  return {
    host: hostName(),
    bootId: bootId(),
    pid: ownPid(),
    startTime: processStartTime(ownPid()),
    socket: "",
    token,
  };
}

export function runEvent(status: RunStatus, at = Date.now()): RunEvent {
  const ended = status !== RunStatus.Running;
  return { kind: "run", patch: ended ? { status, finishedAt: at } : { status, startedAt: at } };
}

export function nodeEvent(node: number, status: NodeStatus, at = Date.now()): RunEvent {
  const ended = status !== NodeStatus.Running;
  return {
    kind: "node",
    node,
    patch: ended ? { status, finishedAt: at, doneCount: 1 } : { status, startedAt: at },
  };
}

/** Runs both steps of {@link twoSteps} and ends. */
export async function finish(attempt: Attempt, status: RunStatus = RunStatus.Succeeded): Promise<void> {
  attempt.append(runEvent(RunStatus.Running));
  for (const node of [0, 1]) {
    attempt.append(nodeEvent(node, NodeStatus.Running));
    attempt.append(nodeEvent(node, NodeStatus.Succeeded));
  }
  attempt.append(runEvent(status));
  await attempt.close();
}
