/** Questions about runs of the past, and their removal. */
import { systemClock } from "../platform/system_clock.ts";
import type { Config } from "../config/config.ts";
import type { RunFilter, StoredRun } from "../ports/run_store.ts";
import { findRun, settled } from "./find_run.ts";
import { openServices } from "./services.ts";

const DAY_MS = 86_400_000;

export async function statusOf(config: Config, options: { dag: string; runId: string }): Promise<StoredRun> {
  const services = openServices(config);
  return await settled(services, await findRun(services, options.dag, options.runId, "show the status of"));
}

/** Newest first, over one DAG or all of them. */
export async function historyOf(
  config: Config,
  options: { dag: string; filter: RunFilter },
): Promise<StoredRun[]> {
  const { runs, dags } = openServices(config);
  const names = options.dag === "" ? await runs.names() : [await dags.nameOf(options.dag)];
  const lists = await Promise.all(names.map((name) => runs.list(name, options.filter)));
  const all = lists.flat().sort((a, b) => b.record.createdAt - a.record.createdAt);
  return all.slice(0, options.filter.limit ?? 100);
}

export async function cleanUp(
  config: Config,
  options: { dag: string; retentionDays: number; dryRun: boolean },
): Promise<string[]> {
  const { runs, dags } = openServices(config);
  const before = systemClock.now() - options.retentionDays * DAY_MS;
  return await runs.removeBefore(await dags.nameOf(options.dag), before, options.dryRun);
}
