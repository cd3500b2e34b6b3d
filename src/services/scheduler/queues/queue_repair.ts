/** Brings queues and records together again after crashes: the record of a run is the truth. */
import { messageOf } from "../../../core/errors.ts";
import { pathPart } from "../../../core/names.ts";
import { RunStatus } from "../../../core/status.ts";
import type { Claim, QueueContents, QueueItem, Reservation } from "../../../ports/queue_store.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import type { QueueConsumerOptions } from "./queue_options.ts";

/** Age, on the own clock, at which nobody is at work on a reservation any more. */
const FORGOTTEN_MS = 60_000;

/** What came of a repair. */
export interface Repaired {
  /** Queues. */
  readonly changed: readonly string[];
  readonly done: boolean;
}

export class QueueRepair {
  readonly #options: QueueConsumerOptions;
  readonly #isPending: (item: QueueItem) => boolean;
  /** When a reservation was first seen, on the monotonic clock. */
  readonly #seen = new Map<string, number>();
  /** What could not be done, by what it is about: it is told once. */
  readonly #stuck = new Set<string>();
  /** Queued runs that could not be put in line, by name and id. */
  readonly #left = new Map<string, StoredRun>();
  /** There may be records without an item: at the beginning, and when something was put aside. */
  #incomplete = true;

  /** @param isPending whether this scheduler has the run of an item started at this moment */
  constructor(options: QueueConsumerOptions, isPending: (item: QueueItem) => boolean) {
    this.#options = options;
    this.#isPending = isPending;
  }

  /**
   * Looks through the history as well where records may be without an item.
   * @returns what has changed, and whether all was done that there was to do: what was not has been told
   */
  async run(signal: AbortSignal): Promise<Repaired> {
    const { queues, fence } = this.#options;
    const changed = new Set<string>();
    const may = () => fence.holds() && !signal.aborted;
    let done = true;
    for (const queue of await queues.queues()) {
      const fields = { queue };
      done = await this.#tried("Cannot repair a queue", fields, () => this.#mend(queue, changed, may)) &&
        done;
    }
    await queues.prune();
    const known = new Map<string, ReadonlySet<string>>();
    for await (const run of this.#unplaced(may)) {
      const { name, dagRunId } = run.record;
      const fields = { dag: name, "run-id": dagRunId };
      const placed = await this.#tried("Cannot put a queued run in line", fields, async () => {
        const queue = await this.#addMissing(run, known);
        if (queue !== "") changed.add(queue);
      });
      if (!placed) this.#left.set(`${name} ${dagRunId}`, run);
      done &&= placed;
    }
    return { changed: [...changed], done };
  }

  /** Claims that nobody is at work on, and places that were never taken. */
  async #mend(queue: string, changed: Set<string>, may: () => boolean): Promise<void> {
    const { queues, fence } = this.#options;
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

  /** Queued runs that may be without an item. Of all others without an end somebody else is told. */
  async *#unplaced(may: () => boolean): AsyncGenerator<StoredRun> {
    const left = [...this.#left.values()];
    this.#left.clear();
    if (may()) yield* left;
    if (!this.#incomplete) return;
    this.#incomplete = false;
    try {
      for await (const run of this.#options.runs.unended()) {
        if (!may()) return;
        if (run.record.status === RunStatus.Queued) yield run;
        else this.#options.onOpen({ name: run.record.name, id: run.record.dagRunId });
      }
    } catch (error) {
      this.#incomplete = true;
      throw error;
    }
  }

  /** @returns whether it was done; what could not be done is told once */
  async #tried(
    what: string,
    fields: Readonly<Record<string, string>>,
    work: () => Promise<void>,
  ): Promise<boolean> {
    const key = `${what} ${Object.values(fields).join(" ")}`;
    try {
      await work();
      this.#stuck.delete(key);
      return true;
    } catch (error) {
      if (!this.#stuck.has(key)) {
        this.#options.report.log("ERROR", what, { ...fields, error: messageOf(error) });
      }
      this.#stuck.add(key);
      return false;
    }
  }

  /**
   * Takes what is of no use out of the line.
   * @returns whether it was there.
   */
  async putAside(item: Pick<QueueItem, "queue" | "id">, problem: string): Promise<boolean> {
    const { queues, report } = this.#options;
    const { queue, id } = item;
    let to = "";
    await this.#tried("Cannot put a queue item aside", { queue, item: id, problem }, async () => {
      to = await queues.quarantine(item);
    });
    if (to === "") return false;
    this.#incomplete = true;
    report.log("WARN", "Queue item put aside", { queue, item: id, problem, moved: to });
    report.quarantined(queue);
    return true;
  }

  /** A claim that nobody is at work on: its run has begun, or goes back to its place. */
  async #resolve(claim: Claim): Promise<void> {
    const { queues, runs, report, onOpen } = this.#options;
    const { run, queue, queuedAt } = claim.item;
    const stored = await runs.find(run.name, run.id, queuedAt);
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
    const { run, queue, id, queuedAt } = place.item;
    const stored = await runs.find(run.name, run.id, queuedAt);
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
