/** `dequeue` and `queue clear`: runs leave their queue, as if they had never been there. */
import type { Config } from "../config/config.ts";
import { DaguError } from "../core/errors.ts";
import { pathPart } from "../core/names.ts";
import type { RunRef } from "../core/run.ts";
import { RunStatus, runStatusName } from "../core/status.ts";
import type { StoredRun } from "../ports/run_store.ts";
import { openServices, type Services } from "./services.ts";

export async function dequeueRun(
  config: Config,
  { queue, run }: { queue: string; run: RunRef | null },
): Promise<RunRef> {
  const services = openServices(config);
  if (!run) {
    const first = await takeOut(services, queue, 1);
    if (first.length > 0) return first[0]!;
    throw new DaguError(`Cannot take a run out of the queue "${queue}": no run waits in it`);
  }
  const refusal = `Cannot take the run "${run.id}" of "${run.name}" out of the queue "${queue}"`;
  const stored = await services.runs.find(run.name, run.id);
  if (!stored) throw new DaguError(`${refusal}: there is no such run`);
  if (stored.record.status !== RunStatus.Queued) {
    throw new DaguError(`${refusal}: it is not queued, its status is ${runStatusName(stored.record.status)}`);
  }
  const own = await queueOf(services, stored);
  if (own !== pathPart(queue)) throw new DaguError(`${refusal}: it waits in the queue "${own}"`);
  await dequeueStored(services, stored);
  return run;
}

export async function clearQueue(config: Config, queue: string): Promise<RunRef[]> {
  return await takeOut(openServices(config), queue, Infinity);
}

/** Takes the first runs out of a queue. One that begins in the same moment goes on. */
async function takeOut(services: Services, queue: string, most: number): Promise<RunRef[]> {
  const queues = await services.queues();
  const taken: RunRef[] = [];
  for (const item of (await queues.contents(pathPart(queue))).waiting) {
    if (taken.length >= most) break;
    const stored = await services.runs.find(item.run.name, item.run.id);
    if (stored?.record.status !== RunStatus.Queued) continue;
    try {
      await services.runs.removeQueued(stored);
    } catch (error) {
      if (error instanceof DaguError) continue;
      throw error;
    }
    await queues.remove(item);
    taken.push(item.run);
  }
  return taken;
}

/** The record goes first: an item without one is of no use to anybody. */
export async function dequeueStored(services: Services, run: StoredRun): Promise<void> {
  const queue = await queueOf(services, run);
  await services.runs.removeQueued(run);
  await forgetItem(services, queue, run);
}

/** Removes the item of a run that does not wait any more. */
export async function forgetItem(services: Services, queue: string, { record }: StoredRun): Promise<void> {
  const queues = await services.queues();
  for (const item of (await queues.contents(queue)).waiting) {
    if (item.run.name === record.name && item.run.id === record.dagRunId) await queues.remove(item);
  }
}

/** The queue in which a run waits. */
export async function queueOf(services: Services, run: StoredRun): Promise<string> {
  const { name, dagRunId } = run.record;
  const dag = await services.runs.snapshot(run).then((snapshot) => snapshot.dag, () => null);
  if (dag) return pathPart(dag.queue || name);
  // Its definition cannot be read; its item tells.
  const queues = await services.queues();
  for (const queue of await queues.queues()) {
    const { waiting } = await queues.contents(queue);
    if (waiting.some((item) => item.run.name === name && item.run.id === dagRunId)) return queue;
  }
  return pathPart(name);
}
