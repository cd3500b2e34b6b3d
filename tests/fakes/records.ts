/** Records for tests, with everything that they do not name at its least. */
import type { Dag } from "../../src/core/dag.ts";
import { newRunRecord, type RunRecord } from "../../src/core/run.ts";

type NewRun = Parameters<typeof newRunRecord>[0];

/** The record of an attempt of a root run that has not begun. */
export function makeRecord(dag: Dag, given: Partial<NewRun> = {}): RunRecord {
  const { dagRunId = "r" } = given;
  return newRunRecord({
    dag,
    dagRunId,
    attemptId: "a",
    root: { name: dag.name, id: dagRunId },
    parent: null,
    params: [],
    createdAt: 1,
    log: "",
    pid: 1,
    workerId: "local",
    ...given,
  });
}
