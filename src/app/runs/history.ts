/** Questions about runs of the past, and their removal. */
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Config } from "../../config/config.ts";
import { RunStatus } from "../../core/status.ts";
import type { DamageOptions } from "../app.ts";
import type { RunFilter, StoredRun } from "../../ports/run_store.ts";
import { findRun, recordedName, seen } from "./find_run.ts";
import { openStores, type Stores } from "../stores.ts";

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 100;

export async function statusOf(
  config: Config,
  options: { dag: string; runId: string } & DamageOptions,
): Promise<StoredRun> {
  const stores = openStores(config);
  const run = await findRun(stores, options.dag, options.runId, "show the status of");
  tellDamaged(stores, options);
  return await seen(stores, run);
}

/** A run whose owner is gone has failed, whatever its record still says. */
async function listSettled(stores: Stores, name: string, filter: RunFilter): Promise<StoredRun[]> {
  const { statuses, limit = DEFAULT_LIMIT } = filter;
  const wider = statuses && [...statuses, RunStatus.Running, RunStatus.NotStarted];
  const found = await stores.runs.list(name, wider ? { ...filter, limit, statuses: wider } : filter);
  const now: StoredRun[] = [];
  for (const run of found) now.push(await seen(stores, run));
  if (!statuses) return now;
  const fitting = now.filter((run) => statuses.includes(run.record.status));
  // Those that were asked for besides may have taken the places of others.
  const crowded = found.length === limit && fitting.length < limit;
  return crowded ? await stores.runs.list(name, filter) : fitting;
}

function tellDamaged(stores: Stores, options: DamageOptions): void {
  for (const dir of stores.damaged) options.onDamaged?.(dir);
}

/** Newest first, over one DAG or all of them. */
export async function historyOf(
  config: Config,
  options: { dag: string; filter: RunFilter } & DamageOptions,
): Promise<StoredRun[]> {
  const stores = openStores(config);
  const { runs } = stores;
  const names = options.dag === "" ? await runs.names() : [await recordedName(stores, options.dag)];
  const lists = await Promise.all(names.map((name) => listSettled(stores, name, options.filter)));
  tellDamaged(stores, options);
  const all = lists.flat().sort((a, b) => b.record.createdAt - a.record.createdAt);
  return all.slice(0, options.filter.limit ?? DEFAULT_LIMIT);
}

export async function cleanUp(
  config: Config,
  options: { dag: string; retentionDays: number; dryRun: boolean },
): Promise<string[]> {
  const stores = openStores(config);
  const before = systemClock.now() - options.retentionDays * DAY_MS;
  return await stores.runs.removeBefore(await recordedName(stores, options.dag), before, options.dryRun);
}
