/** A queued run whose turn it is, as the files say. */
import type { Dag } from "../../core/dag.ts";
import type { RunRecord } from "../../core/run.ts";
import type { Stores } from "../stores.ts";

/** Whether a run that was taken out of its queue has not been given back to it since. */
export async function isCalled(stores: Stores, record: RunRecord, dag: Dag): Promise<boolean> {
  const queues = await stores.queues();
  return !await queues.waits(dag.queue || dag.name, { name: record.name, id: record.dagRunId }, record);
}
