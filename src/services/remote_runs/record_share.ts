/** What the records of open runs hold of what a worker says, in memory: bounded for each task, and for all together. */
import { CallError } from "../../transport/grpc/call_error.ts";
import type { AttemptKey } from "./run_part.ts";

/** Shorter values are bounded by the number of steps. */
const SMALL = 128;

/** What a coordinator holds of all tasks together, in characters. */
export class RecordRoom {
  held = 0;

  constructor(readonly maxOfTask = 256 << 20, readonly maxOfAll = 1 << 30) {}
}

export class RecordShare {
  readonly #room: RecordRoom;
  readonly #sizes = new Map<AttemptKey, Map<string, number>>();
  #held = 0;

  constructor(room: RecordRoom) {
    this.#room = room;
  }

  /**
   * Values that take the place of those before.
   * @param of whose they are in the attempt, such as a step
   * @throws CallError when there is too much
   */
  hold(key: AttemptKey, of: string, values: Readonly<Record<string, unknown>>): void {
    const sizes = this.#sizes.get(key) ?? new Map<string, number>();
    this.#sizes.set(key, sizes);
    for (const [name, value] of Object.entries(values)) {
      const size = sizeOf(value);
      const place = `${of}.${name}`;
      this.#grow(size - (sizes.get(place) ?? 0));
      if (size > 0) sizes.set(place, size);
      else sizes.delete(place);
    }
  }

  /** The attempt is closed. */
  release(key: AttemptKey): void {
    for (const size of this.#sizes.get(key)?.values() ?? []) this.#grow(-size);
    this.#sizes.delete(key);
  }

  releaseAll(): void {
    for (const key of [...this.#sizes.keys()]) this.release(key);
  }

  #grow(by: number): void {
    const { maxOfTask, maxOfAll } = this.#room;
    if (by > 0 && this.#held + by > maxOfTask) {
      throw new CallError(
        "invalid_argument",
        `The records of a task hold more than ${maxOfTask} characters`,
      );
    }
    if (by > 0 && this.#room.held + by > maxOfAll) {
      throw new CallError("resource_exhausted", "The records of all tasks together hold too much already");
    }
    this.#held += by;
    this.#room.held += by;
  }
}

function sizeOf(value: unknown): number {
  const size = typeof value === "string" ? value.length : JSON.stringify(value)?.length ?? 0;
  return size > SMALL ? size : 0;
}
