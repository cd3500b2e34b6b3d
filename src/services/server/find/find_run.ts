/** Finds what a request names: a run, a run below it, a step. */
import { seenRun } from "../../../agent/settled_run.ts";
import { newRunRecord, type Node, type RunRecord } from "../../../core/run.ts";
import { type RunSummary, summaryOf } from "../../../core/run_summary.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { notFound } from "../http/api_error.ts";
import type { ServerContext } from "../context.ts";

export interface ListedRun {
  readonly record: RunRecord;
  readonly summary: RunSummary;
}

/** A root run, or a sub-run below it. */
export interface RunPlace {
  readonly name: string;
  readonly dagRunId: string;
  readonly subDAGRunId?: string;
}

export function findPlace(context: ServerContext, place: RunPlace): Promise<StoredRun> {
  const { name, dagRunId, subDAGRunId } = place;
  return subDAGRunId === undefined
    ? findRun(context, name, dagRunId)
    : findSubRun(context, name, dagRunId, subDAGRunId);
}

/** As it is now: one whose process is gone has failed. @param id `latest` takes the newest */
export async function findRun(context: ServerContext, name: string, id: string): Promise<StoredRun> {
  const { runs } = context;
  const found = id === "latest" ? await runs.latest(name) : await runs.find(name, id);
  if (!found && id === "latest") throw notFound(`No DAG-runs found for DAG ${name}`);
  if (!found) {
    const { runs: [listed] } = await context.model.runs({ name, idPart: id, limit: 1 });
    const why = listed?.damaged && listed.dagRunId === id ? `: ${listed.error}` : "";
    throw notFound(`DAG-run ID ${id} not found for DAG ${name}${why}`);
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

/** @throws ApiError when no step or handler has that name */
export function findNode(record: RunRecord, step: string): Node {
  const nodes = [...record.nodes, ...Object.values(record.handlers)];
  const node = nodes.find((one) => one.step.name === step) ?? nodes.find((one) => one.step.id === step);
  if (!node) throw notFound(`Step ${step} not found in DAG ${record.name}`);
  return node;
}

/** Runs of a DAG, newest first. */
export async function recentRecords(
  context: ServerContext,
  name: string,
  limit: number,
): Promise<ListedRun[]> {
  const { runs } = await context.model.runs({ name, limit });
  return (await Promise.all(runs.map((run) => asRecorded(context, run)))).filter((run) => run !== null);
}

/** A run of a list with its record as it is now; null when it is gone. */
export async function asRecorded({ runs }: ServerContext, listed: RunSummary): Promise<ListedRun | null> {
  if (listed.damaged) return { record: lostRecord(listed), summary: listed };
  const stored = await runs.find(listed.name, listed.dagRunId);
  return stored && { record: stored.record, summary: summaryOf(stored.record, listed.createdAt) };
}

/** What is left of a record that cannot be read. */
function lostRecord({ name, dagRunId, root, parent, createdAt, status, error }: RunSummary): RunRecord {
  const dag = { name, steps: [], handlers: {} };
  const place = { dag, dagRunId, root, parent, createdAt, attemptId: "", params: [] };
  return { ...newRunRecord({ ...place, log: "", pid: 0, workerId: "" }), status, error };
}
