/** `dequeue` and `queue clear`: runs leave their queue, as if they had never been there. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { pathPart } from "../../core/names.ts";
import type { RunRef } from "../../core/run.ts";
import { RunStatus, runStatusName } from "../../core/status.ts";
import type { QueueItem, QueueStore } from "../../ports/queue_store.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import { queueState } from "../scheduler/queue_state.ts";
import { openStores, type Stores } from "../stores.ts";

export async function dequeueRun(
  config: Config,
  { queue, run }: { queue: string; run: RunRef | null },
): Promise<RunRef> {
  const stores = openStores(config);
  if (!run) {
    const first = await takeOut(stores, queue, 1);
    if (first.length > 0) return first[0]!;
    throw new DaguError(`Cannot take a run out of the queue "${queue}": no run waits in it`);
  }
  const refusal = `Cannot take the run "${run.id}" of "${run.name}" out of the queue "${queue}"`;
  const stored = await stores.runs.find(run.name, run.id);
  if (!stored) throw new DaguError(`${refusal}: there is no such run`);
  if (stored.record.status !== RunStatus.Queued) {
    throw new DaguError(`${refusal}: it is not queued, its status is ${runStatusName(stored.record.status)}`);
  }
  const own = await queueOf(stores, stored);
  if (own !== pathPart(queue)) throw new DaguError(`${refusal}: it waits in the queue "${own}"`);
  await dequeueStored(stores, stored);
  return run;
}

export async function clearQueue(config: Config, queue: string): Promise<RunRef[]> {
  return await takeOut(openStores(config), queue, Infinity);
}

/** Takes the first runs out of a queue. One that begins in the same moment goes on. */
async function takeOut(stores: Stores, queue: string, most: number): Promise<RunRef[]> {
  const queues = await stores.queues();
  const name = pathPart(queue);
  const { waiting, taken } = await queueState(stores, name);
  const places = [
    ...taken.map((claim) => ({ item: claim.item, leave: () => queues.settle(claim) })),
    ...waiting.map((item) => ({
      item,
      leave: async () => {
        // A scheduler may just have taken it.
        if (!await queues.remove(item)) await leaveQueue(queues, name, item.run);
      },
    })),
  ];
  const gone: RunRef[] = [];
  for (const { item: { run, queuedAt }, leave } of places) {
    if (gone.length >= most) break;
    const stored = await stores.runs.find(run.name, run.id, queuedAt);
    if (stored?.record.status !== RunStatus.Queued) continue;
    try {
      await stores.runs.removeQueued(stored);
    } catch (error) {
      if (error instanceof DaguError) continue;
      throw error;
    }
    await leave();
    gone.push(run);
  }
  await queues.flush(name);
  return gone;
}

/** The record goes first: an item without one is of no use to anybody. Both are gone on the disk, too. */
export async function dequeueStored(stores: Stores, run: StoredRun): Promise<void> {
  const queue = await queueOf(stores, run);
  const queues = await stores.queues();
  await stores.runs.removeQueued(run);
  await leaveQueue(queues, queue, { name: run.record.name, id: run.record.dagRunId });
  await queues.flush(queue);
}

/** Whether it stands in line or a scheduler has taken it, and it waits for a worker. */
async function leaveQueue(queues: QueueStore, queue: string, { name, id }: RunRef): Promise<void> {
  const { waiting, claims } = await queues.contents(queue);
  const isIt = ({ run }: QueueItem) => run.name === name && run.id === id;
  for (const item of waiting) if (isIt(item)) await queues.remove(item);
  for (const claim of claims) if (isIt(claim.item)) await queues.settle(claim);
}

/** The queue in which a run waits. */
export async function queueOf(stores: Stores, run: StoredRun): Promise<string> {
  const { name, dagRunId } = run.record;
  const dag = await stores.runs.snapshot(run).then((snapshot) => snapshot.dag, () => null);
  if (dag) return pathPart(dag.queue || name);
  // Its definition cannot be read; its item tells.
  const queues = await stores.queues();
  for (const queue of await queues.queues()) {
    const { waiting } = await queues.contents(queue);
    if (waiting.some((item) => item.run.name === name && item.run.id === dagRunId)) return queue;
  }
  return pathPart(name);
}
