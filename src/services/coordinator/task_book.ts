/** The tasks of a coordinator, by their ids and by their runs. */
import type { RunRef } from "../../core/run.ts";
import type { Task } from "../../ports/task.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import { Entry, runKey } from "./entry.ts";

const MAX_TASKS = 10_000;

export class TaskBook {
  readonly #entries = new Map<string, Entry>();
  /** Those that are not over. */
  readonly #byRun = new Map<string, Entry>();
  #order = 0;

  enter(id: string, task: Task, hold: boolean, storedAt: number): Entry {
    const entry = new Entry(id, task, hold, storedAt, this.#order++);
    this.#entries.set(id, entry);
    this.#byRun.set(runKey(task), entry);
    return entry;
  }

  /** As if it had never been there. */
  remove(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.over(entry);
  }

  /** It is found by its id only. */
  over(entry: Entry): void {
    const key = runKey(entry.task);
    if (this.#byRun.get(key) === entry) this.#byRun.delete(key);
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** @throws CallError when there is none */
  known(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new CallError("not_found", `There is no task "${id}"`);
    return entry;
  }

  /** The task for a run, if it is not over. */
  of(run: { readonly root: RunRef; readonly run: RunRef }): Entry | undefined {
    return this.#byRun.get(runKey(run));
  }

  all(): Entry[] {
    return [...this.#entries.values()];
  }

  /** Whether there is none, not even one that is over. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** @throws CallError when there are as many as there may be */
  checkRoom(): void {
    if (this.#byRun.size < MAX_TASKS) return;
    throw new CallError("resource_exhausted", `${MAX_TASKS} tasks wait or run already`);
  }
}
