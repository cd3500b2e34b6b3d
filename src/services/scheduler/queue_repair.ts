/** Brings queues and records together again after crashes: the record of a run is the truth. */
import { messageOf } from "../../core/errors.ts";
import { pathPart } from "../../core/names.ts";
import { RunStatus } from "../../core/status.ts";
import type { Claim, QueueContents, QueueItem, Reservation } from "../../ports/queue_store.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { QueueConsumerOptions } from "./queue_options.ts";

/** Age, on the own clock, at which nobody is at work on a reservation any more. */
const FORGOTTEN_MS = 60_000;

export class QueueRepair {
  readonly #options: QueueConsumerOptions;
  readonly #isPending: (item: QueueItem) => boolean;
  /** When a reservation was first seen, on the monotonic clock. */
  readonly #seen = new Map<string, number>();
  /** Told once that they cannot be put aside. */
  readonly #stuck = new Set<string>();
  /** Something was put aside: its record may have no item now. */
  #incomplete = false;

  /** @param isPending whether this scheduler has the run of an item started at this moment */
  constructor(options: QueueConsumerOptions, isPending: (item: QueueItem) => boolean) {
    this.#options = options;
    this.#isPending = isPending;
  }

  /**
   * @param whole looks for records without an item, and runs without an end, which takes a look at all the history
   * @returns queues that have changed
   */
  async run(whole: boolean, signal: AbortSignal): Promise<string[]> {
    const { queues, fence } = this.#options;
    const changed = new Set<string>();
    const may = () => fence.holds() && !signal.aborted;
    for (const queue of await queues.queues()) {
      const contents = await queues.contents(queue);
      for (const claim of contents.claims) {
        if (!may() || claim.epoch === fence.epoch && this.#isPending(claim.item)) continue;
        await this.#resolve(claim);
        changed.add(queue);
      }
      for (const place of contents.reserved) {
        if (may() && await this.#complete(place)) changed.add(queue);
      }
    }
    await queues.prune();
    if (!whole && !this.#incomplete) return [...changed];
    this.#incomplete = false;
    const known = new Map<string, ReadonlySet<string>>();
    for await (const run of this.#options.runs.unended()) {
      if (!may()) break;
      if (run.record.status !== RunStatus.Queued) {
        this.#options.onOpen({ name: run.record.name, id: run.record.dagRunId });
        continue;
      }
      const queue = await this.#addMissing(run, known).catch((error) => {
        const { name, dagRunId } = run.record;
        const fields = { dag: name, "run-id": dagRunId, error: messageOf(error) };
        this.#options.report.log("ERROR", "Cannot put a queued run in line", fields);
        return "";
      });
      if (queue !== "") changed.add(queue);
    }
    return [...changed];
  }

  /**
   * Takes what is of no use out of the line.
   * @returns whether it was there.
   */
  async putAside(item: Pick<QueueItem, "queue" | "id">, problem: string): Promise<boolean> {
    const { queues, report } = this.#options;
    const { queue, id } = item;
    const key = `${queue}/${id}`;
    try {
      const to = await queues.quarantine(item);
      if (to === "") return false;
      this.#stuck.delete(key);
      this.#incomplete = true;
      report.log("WARN", "Queue item put aside", { queue, item: id, problem, moved: to });
      report.quarantined(queue);
      return true;
    } catch (error) {
      if (this.#stuck.has(key)) return false;
      this.#stuck.add(key);
      report.log("ERROR", "Cannot put a queue item aside", {
        queue,
        item: id,
        problem,
        error: messageOf(error),
      });
      return false;
    }
  }

  /** A claim that nobody is at work on: its run has begun, or goes back to its place. */
  async #resolve(claim: Claim): Promise<void> {
    const { queues, runs, report, onOpen } = this.#options;
    const { run, queue } = claim.item;
    const stored = await runs.find(run.name, run.id);
    if (stored?.record.status === RunStatus.Queued) {
      await queues.giveBack(claim);
      report.log("INFO", "Queued run back in line", { queue, dag: run.name, "run-id": run.id });
      return;
    }
    if (stored) onOpen(run);
    await queues.settle(claim);
  }

  /** A reservation whose run is recorded was acknowledged, or would have been a moment later. */
  async #complete(place: Reservation): Promise<boolean> {
    const { runs, clock } = this.#options;
    const { run, queue, id } = place.item;
    const stored = await runs.find(run.name, run.id);
    const key = `${queue}/${id}`;
    if (stored?.record.status === RunStatus.Queued && !await this.#standsInLine(place.item)) {
      this.#seen.delete(key);
      await place.take();
      return true;
    }
    const since = this.#seen.get(key) ?? clock.monotonic();
    this.#seen.set(key, since);
    if (clock.monotonic() - since >= FORGOTTEN_MS) {
      this.#seen.delete(key);
      place.leave();
    }
    return false;
  }

  /** Two may have reserved a place for one run; one of them was refused. */
  async #standsInLine({ queue, run }: QueueItem): Promise<boolean> {
    const contents = await this.#options.queues.contents(queue);
    return runsOf({ ...contents, reserved: [] }).has(`${run.name} ${run.id}`);
  }

  /** @returns the queue in which the run stands now, "" when it stood there before. */
  async #addMissing(run: StoredRun, known: Map<string, ReadonlySet<string>>): Promise<string> {
    const { queues, runs, report } = this.#options;
    const { name, dagRunId, createdAt, priority } = run.record;
    const { dag } = await runs.snapshot(run);
    const queue = pathPart(dag.queue || name);
    const inLine = known.get(queue) ?? runsOf(await queues.contents(queue));
    known.set(queue, inLine);
    if (inLine.has(`${name} ${dagRunId}`)) return "";
    const again = await runs.find(name, dagRunId);
    // It may have come into line, or begun, since the list was made.
    const now = again?.record.status === RunStatus.Queued ? runsOf(await queues.contents(queue)) : inLine;
    if (again?.record.status !== RunStatus.Queued || now.has(`${name} ${dagRunId}`)) return "";
    await (await queues.reserve(queue, { name, id: dagRunId }, priority, createdAt)).take();
    report.log("INFO", "Queued run put in line again", { queue, dag: name, "run-id": dagRunId });
    return queue;
  }
}

/** Runs that have an item or a place that is not forgotten. */
function runsOf({ waiting, claims, reserved }: QueueContents): Set<string> {
  const items = [...waiting, ...claims.map(({ item }) => item), ...reserved.map(({ item }) => item)];
  return new Set(items.map(({ run }) => `${run.name} ${run.id}`));
}
