/** Tells when very many runs wait: once, until they have become clearly fewer. */
import { MANY_WAITING } from "../../../core/queue_order.ts";
import type { QueueReport } from "./queue_options.ts";

export class LineLength {
  readonly #log: QueueReport["log"];
  #told = false;

  constructor(log: QueueReport["log"]) {
    this.#log = log;
  }

  /** @param lines items that wait, by queue */
  look(lines: ReadonlyMap<string, readonly unknown[]>): void {
    const total = lines.values().reduce((sum, items) => sum + items.length, 0);
    if (total < 0.9 * MANY_WAITING) this.#told = false;
    if (this.#told || total < MANY_WAITING) return;
    this.#told = true;
    const [queue, longest] = lines.entries().reduce((a, b) => b[1].length > a[1].length ? b : a);
    this.#log("WARN", "Very many runs wait in queues", {
      waiting: String(total),
      queue,
      "in-queue": String(longest.length),
    });
  }
}
