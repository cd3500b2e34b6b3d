/** A queue as a scheduler sees it, for those who ask. */
import { CountedRuns } from "../../core/counted_runs.ts";
import { pathPart } from "../../core/names.ts";
import { byTurn, type QueueState, whyWaiting } from "../../core/queue_order.ts";
import type { RunRef } from "../../core/run.ts";
import { RunStatus } from "../../core/status.ts";
import type { Claim, QueueItem } from "../../ports/queue_store.ts";
import { leaseDir } from "../../stores/file/layout.ts";
import { FileLeaseStore } from "../../stores/file/services/lease_store.ts";
import type { Stores } from "../stores.ts";

/** A queue, and what a scheduler has taken out of its line that has not begun yet: it may lack a worker. */
export interface SeenQueue extends QueueState<QueueItem> {
  /** In the order in which they stood in line. */
  readonly taken: readonly Claim[];
  /** Runs that count in the queue, those that were taken left out. */
  readonly begun: readonly RunRef[];
}

/** By the records: an item may be left of a run that has begun, or is gone. */
export async function queueState(services: Stores, name: string): Promise<SeenQueue> {
  const seen = await queueSeen(services, name);
  const isQueued = async ({ run, queuedAt }: QueueItem) =>
    (await services.runs.find(run.name, run.id, queuedAt))?.record.status === RunStatus.Queued;
  const waiting: QueueItem[] = [];
  const taken: Claim[] = [];
  for (const item of seen.waiting) if (await isQueued(item)) waiting.push(item);
  for (const claim of seen.taken) if (await isQueued(claim.item)) taken.push(claim);
  return { ...seen, waiting, taken };
}

/** By the items alone, which costs little however many there are. */
export async function queueSeen(services: Stores, name: string): Promise<SeenQueue> {
  const queues = await services.queues();
  const { waiting, claims } = await queues.contents(name);
  const notes = await queues.notes(name);
  const begun = await services.runs.running(name);
  const counted = new CountedRuns([...begun, ...claims.map(({ item }) => item.run)]);
  return {
    queue: name,
    waiting,
    taken: claims.toSorted((a, b) => byTurn(a.item, b.item)),
    begun,
    running: counted.size,
    limit: await limitOf(services, name, waiting[0]),
    counts: ({ run }) => counted.has(run),
    held: (item) => notes.get(item.id) ?? "",
  };
}

/** The configured limit, else that of the first run's DAG. */
async function limitOf(services: Stores, queue: string, first: QueueItem | undefined): Promise<number> {
  const configured = queueLimits(services.config.queues.config)[queue];
  if (configured !== undefined) return configured;
  const stored = first && await services.runs.find(first.run.name, first.run.id);
  if (!stored) return 1;
  return await services.runs.snapshot(stored).then(({ dag }) => dag.maxActiveRuns, () => 1);
}

/** Limits by the names that queues have on the disk. */
export function queueLimits(
  config: readonly { readonly name: string; readonly maxConcurrency: number }[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(config.map(({ name, maxConcurrency }) => [pathPart(name), maxConcurrency]));
}

/** Tells of items by their ids why they wait, whatever it is that they wait for; one sentence without full stop. */
export function whyTheyWait(state: SeenQueue, scheduler: boolean): (id: string) => string {
  const taken = new Map(state.taken.map(({ item }) => [item.id, item]));
  let places: ReadonlyMap<string, string> | null = null;
  return (id) => {
    const item = taken.get(id);
    if (item && scheduler) {
      return state.held(item) || "a scheduler has taken it, and it is about to be started";
    }
    places ??= whyWaiting(state);
    const place = places.get(id) ?? "";
    if (scheduler) return place || `it is next in the queue "${state.queue}", and about to be started`;
    return `no scheduler is running${place.startsWith("it could") ? `; ${place}` : ""}`;
  };
}

/** Whether a scheduler leads, as far as that can be told from here. */
export async function hasScheduler({ config }: Stores): Promise<boolean> {
  const leases = new FileLeaseStore(leaseDir(config.paths.dataDir));
  const sign = await leases.newest();
  return sign !== null && !sign.released && (sign.owner === null || !leases.isGone(sign.owner));
}
