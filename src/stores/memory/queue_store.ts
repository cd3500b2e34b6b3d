/** Queues in memory, for tests: the same rules as in files, and nothing outlives the object. */
import { byTurn, type Place, type Priority } from "../../core/queue_order.ts";
import type { RunRef } from "../../core/run.ts";
import type { Claim, QueueContents, QueueItem, QueueStore, Reservation } from "../../ports/queue_store.ts";

interface Kept {
  readonly item: QueueItem;
  state: "reserved" | "waiting" | "claimed" | "quarantined";
  epoch: number;
  /** What makes it of no use; "" for a sound one. */
  problem: string;
}

export class MemoryQueueStore implements QueueStore {
  readonly #kept = new Map<string, Kept>();
  readonly #notes = new Map<string, string>();
  readonly #watchers = new Set<(queue: string | null) => void>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  reserve(queue: string, run: RunRef, priority: Priority, at?: number): Promise<Reservation> {
    const places = [...this.#kept.values()].filter(({ item, state }) =>
      item.queue === queue && item.priority === priority && state !== "quarantined"
    );
    const queuedAt = at ?? Math.max(this.#now(), ...places.map(({ item }) => item.queuedAt + 1));
    const item = { queue, id: idOf(run, priority, queuedAt), priority, run, queuedAt };
    this.#kept.set(key(item), { item, state: "reserved", epoch: 0, problem: "" });
    return Promise.resolve(this.#reservation(item));
  }

  #reservation(item: QueueItem): Reservation {
    return {
      item,
      take: () => {
        this.#move(item, "reserved", "waiting");
        return Promise.resolve();
      },
      leave: () => {
        if (this.#kept.get(key(item))?.state === "reserved") this.#kept.delete(key(item));
      },
    };
  }

  /** Turns an item into one that cannot be read. */
  spoil(item: QueueItem, problem: string): void {
    this.#kept.get(key(item))!.problem = problem;
    this.changed(item.queue);
  }

  /** Tells those who watch. */
  changed(queue: string | null): void {
    for (const watcher of this.#watchers) watcher(queue);
  }

  queues(): Promise<string[]> {
    return Promise.resolve([...new Set([...this.#kept.values()].map(({ item }) => item.queue))].sort());
  }

  prune(): Promise<void> {
    return Promise.resolve();
  }

  contents(queue: string): Promise<QueueContents> {
    const all = [...this.#kept.values()].filter(({ item }) => item.queue === queue);
    const sound = all.filter((kept) => kept.problem === "");
    const items = (state: Kept["state"]) => sound.filter((kept) => kept.state === state);
    return Promise.resolve({
      waiting: items("waiting").map(({ item }) => item).sort(byTurn),
      claims: items("claimed").map(({ item, epoch }) => ({ item, epoch })),
      reserved: items("reserved").map(({ item }) => this.#reservation(item)),
      bad: all.filter(({ problem, state }) => problem !== "" && state !== "quarantined")
        .map(({ item, problem }) => ({ queue, id: item.id, problem })),
    });
  }

  claim(item: QueueItem, epoch: number): Promise<Claim | null> {
    const kept = this.#move(item, "waiting", "claimed");
    if (kept) kept.epoch = epoch;
    return Promise.resolve(kept && { item, epoch });
  }

  giveBack(claim: Claim): Promise<void> {
    if (this.#claimed(claim)) this.#move(claim.item, "claimed", "waiting");
    return Promise.resolve();
  }

  settle(claim: Claim): Promise<void> {
    if (this.#claimed(claim)) this.#forget(claim.item);
    return Promise.resolve();
  }

  #claimed({ item, epoch }: Claim): boolean {
    const kept = this.#kept.get(key(item));
    return kept?.state === "claimed" && kept.epoch === epoch;
  }

  waits(queue: string, run: RunRef, { priority, queuedAt }: Omit<Place, "id">): Promise<boolean> {
    const kept = this.#kept.get(key({ queue, id: idOf(run, priority, queuedAt) }));
    return Promise.resolve(kept?.state === "waiting");
  }

  remove(item: QueueItem): Promise<boolean> {
    const waits = this.#kept.get(key(item))?.state === "waiting";
    if (waits) this.#forget(item);
    return Promise.resolve(waits);
  }

  #forget(item: QueueItem): void {
    this.#kept.delete(key(item));
    if (this.#notes.delete(key(item))) this.changed(item.queue);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  quarantine(item: Pick<QueueItem, "queue" | "id">): Promise<string> {
    const kept = this.#kept.get(key(item));
    if (!kept || kept.state === "quarantined") return Promise.resolve("");
    kept.state = "quarantined";
    return Promise.resolve(`quarantine of ${key(item)}`);
  }

  note(item: QueueItem, reason: string): Promise<void> {
    if (reason === "") this.#notes.delete(key(item));
    else this.#notes.set(key(item), reason);
    return Promise.resolve();
  }

  notes(queue: string): Promise<ReadonlyMap<string, string>> {
    const items = [...this.#kept.values()].map(({ item }) => item).filter((item) => item.queue === queue);
    const notes = items.flatMap((item) => {
      const note = this.#notes.get(key(item));
      return note === undefined ? [] : [[item.id, note] as const];
    });
    return Promise.resolve(new Map(notes));
  }

  watch(changed: (queue: string | null) => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #move(item: QueueItem, from: Kept["state"], to: Kept["state"]): Kept | null {
    const kept = this.#kept.get(key(item));
    if (kept?.state !== from) return null;
    kept.state = to;
    if (to === "waiting") this.changed(item.queue);
    return kept;
  }
}

function idOf(run: RunRef, priority: Priority, queuedAt: number): string {
  return `${priority} ${queuedAt} ${run.name} ${run.id}`;
}

function key({ queue, id }: Pick<QueueItem, "queue" | "id">): string {
  return `${queue}/${id}`;
}
