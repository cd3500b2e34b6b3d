/** Finds the run that a request names. */
import { seenRun } from "../../agent/settled_run.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import { notFound } from "./http/api_error.ts";
import type { ServerContext } from "./context.ts";

/** As it is now: one whose process is gone has failed. @param id `latest` takes the newest */
export async function findRun(context: ServerContext, name: string, id: string): Promise<StoredRun> {
  const { runs } = context;
  const found = id === "latest" ? await runs.latest(name) : await runs.find(name, id);
  if (!found) {
    throw notFound(
      id === "latest" ? `No DAG-runs found for DAG ${name}` : `DAG-run ID ${id} not found for DAG ${name}`,
    );
  }
  return await seenRun(runs, found, context.clock.now());
}

/** A run below a root run. */
export async function findSubRun(
  context: ServerContext,
  name: string,
  id: string,
  subId: string,
): Promise<StoredRun> {
  const root = await findRun(context, name, id);
  const ref = { name: root.record.name, id: root.record.dagRunId };
  const found = await context.runs.findChild(ref, subId);
  if (!found) throw notFound(`Sub DAG-run ID ${subId} not found below DAG-run ${id} of DAG ${name}`);
  return found;
}
