/** `enqueue`: a run that waits for its turn. */
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { uuidV7 } from "../../core/ids.ts";
import { randomBytes } from "../../platform/random.ts";
import type { QueueItem } from "../../ports/queue_store.ts";
import type { Snapshot } from "../../ports/run_store.ts";
import type { EnqueueOptions } from "../app.ts";
import { openServices, type Services } from "../services.ts";
import { fromFile } from "./start_run.ts";

export async function enqueueRun(config: Config, options: EnqueueOptions): Promise<QueueItem> {
  const services = openServices(config);
  const { ports, close } = services.agent("");
  try {
    return await enqueueSnapshot(services, await fromFile(services, ports, options), options);
  } finally {
    await close();
  }
}

/**
 * Puts a run of a resolved definition in line. Record, definition, parameters and item are on the disk when this
 * resolves.
 * @throws DaguError when queues are turned off, or the run id exists; nothing has changed then.
 */
export async function enqueueSnapshot(
  services: Services,
  given: Snapshot,
  options: Pick<EnqueueOptions, "runId" | "queue" | "priority" | "trigger">,
): Promise<QueueItem> {
  const { config, runs } = services;
  const { name } = given.dag;
  if (!config.queues.enabled) {
    throw new DaguError(
      `Cannot queue "${name}": queues are disabled, by "queues.enabled" in config.yaml or by DAGU_QUEUE_ENABLED`,
    );
  }
  const queue = options.queue || given.dag.queue || name;
  // The run counts in the queue in which it waited.
  const snapshot = { ...given, dag: { ...given.dag, queue: queue === name ? given.dag.queue : queue } };
  const dagRunId = options.runId || uuidV7(systemClock.now(), randomBytes);
  const place = await (await services.queues()).reserve(queue, { name, id: dagRunId }, options.priority);
  try {
    const { trigger = "", priority } = options;
    await runs.createQueued({ snapshot, dagRunId, createdAt: place.item.queuedAt, trigger, priority });
  } catch (error) {
    place.leave();
    throw error;
  }
  await place.take();
  return place.item;
}
