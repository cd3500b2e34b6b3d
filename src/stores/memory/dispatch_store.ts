/** Tasks in memory, for tests. */
import type { DispatchStore, StoredTask } from "../../ports/dispatch_store.ts";

export class MemoryDispatchStore implements DispatchStore {
  readonly #tasks = new Map<string, StoredTask>();

  all(): Promise<StoredTask[]> {
    return Promise.resolve([...this.#tasks.values()].sort((a, b) => a.storedAt - b.storedAt));
  }

  put(task: StoredTask): Promise<void> {
    this.#tasks.set(task.taskId, task);
    return Promise.resolve();
  }

  note(task: StoredTask): Promise<void> {
    return this.put(task);
  }

  remove(taskId: string): Promise<void> {
    this.#tasks.delete(taskId);
    return Promise.resolve();
  }
}
