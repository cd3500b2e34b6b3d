/** A task on the coordinator's desk. */
import type { StoredTask } from "../../ports/dispatch_store.ts";
import type { Task, TaskClaim, TaskNews, TaskResult } from "../../ports/task.ts";
import { CallError } from "../../transport/grpc/call_error.ts";

/**
 * `storing` until it is on the disk, `offered` until it is confirmed, `confirming` until that is on the disk, `lost`
 * while what a worker has left is ended, `over` when nothing more becomes of it.
 */
export type EntryState =
  | "storing"
  | "waiting"
  | "offered"
  | "confirming"
  | "claimed"
  | "begun"
  | "lost"
  | "over";

export class Entry {
  state: EntryState = "storing";
  /** How often it was offered. */
  attempt = 0;
  /** Of the newest offer; null while there is none. */
  claim: TaskClaim | null = null;
  /** The worker said that it takes the task as it is handed out: it will not confirm. */
  unconfirmed = false;
  /** The worker has none of the files here. */
  remote = false;
  /** Of the monotonic clock: when the state began, and when the worker last showed that it has the task. */
  since = 0;
  renewedAt = 0;
  /** Why nobody has it; "" while that is of no interest. */
  reason = "";
  /** Signal that the worker was asked to send; "" for none. */
  stop = "";
  /** How it came to its end. */
  end: { readonly state: "ended" | "failed" | "lost"; readonly result: TaskResult | null } | null = null;
  /** Resolves when it is on the disk that the worker has it. */
  confirmed: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly id: string,
    public task: Task,
    public hold: boolean,
    /** Unix milliseconds. */
    public storedAt: number,
    /** Earlier tasks go first. */
    readonly order: number,
  ) {}

  /** What those are told who wait for the task. */
  news(): TaskNews {
    const { end, reason } = this;
    const workerId = this.claim?.workerId ?? "";
    if (end) return { state: end.state, reason, workerId, result: end.result };
    if (this.state === "claimed" || this.state === "begun") {
      return { state: this.state, reason: "", workerId, result: null };
    }
    return { state: "waiting", reason, workerId: "", result: null };
  }

  stored(): StoredTask {
    const { id: taskId, task, hold, storedAt, attempt, remote, state } = this;
    const has = state === "confirming" || state === "claimed" || state === "begun";
    return {
      taskId,
      task,
      hold,
      storedAt,
      attempt,
      claim: has ? this.claim : null,
      remote,
      begun: state === "begun",
    };
  }

  /** Whether the worker has the task, begun or not. */
  get taken(): boolean {
    return this.state === "claimed" || this.state === "begun";
  }

  /** It is lost, or over and its worker is not the one who has brought it to its end. */
  get isTakenAway(): boolean {
    return this.state === "lost" || this.end !== null && this.end.state !== "ended";
  }

  holds(claim: TaskClaim): boolean {
    const own = this.claim;
    return own !== null && own.workerId === claim.workerId && own.attempt === claim.attempt &&
      own.epoch === claim.epoch;
  }

  /** Why nobody has it. */
  explain(reason: string): void {
    if (reason === this.reason) return;
    this.reason = reason;
    this.changed();
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** @returns what ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** One run has one task at a time. */
export function runKey({ root, run }: Pick<Task, "root" | "run">): string {
  return JSON.stringify([root.name, root.id, run.id]);
}

/** What a log says of a task. */
export function fieldsOf({ id, task: { run } }: Entry): Record<string, string> {
  return { task: id, dag: run.name, "run-id": run.id };
}

/** A worker speaks of a task that is not, or not any more, its own. */
export function oldClaim({ taskId, attempt, epoch, workerId }: TaskClaim): CallError {
  return new CallError(
    "aborted",
    `The claim of the worker "${workerId}" to the task "${taskId}" (offer ${attempt}, epoch ${epoch}) is not the newest`,
  );
}
