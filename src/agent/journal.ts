/** What an agent records: masked, seen by whoever watches, and in the store. */
import type { Masker } from "../core/text/mask.ts";
import type { RunEvent, RunRecord } from "../core/run.ts";
import type { RunJournal } from "../engine/run_engine.ts";
import type { Attempt } from "../ports/run_store.ts";
import { maskedEvent } from "./masked_event.ts";

/** Gets every change after it was recorded. */
export type EventListener = (event: RunEvent, record: RunRecord) => void;

/** Fields of the log with names that the program itself goes by. */
const NAMES: ReadonlySet<string> = new Set(["dag", "kind", "run-id", "status", "step"]);

export class AgentJournal implements RunJournal {
  /** Set once the secrets are known: from then on no text that holds one is recorded. */
  masker: Masker | null = null;
  readonly #attempt: Attempt;
  readonly #listeners = new Set<EventListener>();

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  get record(): RunRecord {
    return this.#attempt.record;
  }

  append(event: RunEvent): void {
    const masked = this.masker ? maskedEvent(event, this.masker) : event;
    this.#attempt.append(masked);
    for (const listener of this.#listeners) listener(masked, this.record);
  }

  /** Adds a line to the run's log. */
  log(level: "INFO" | "WARN" | "ERROR", message: string, fields: Record<string, string> = {}): void {
    const { masker } = this;
    if (!masker) return this.#attempt.log(level, message, fields);
    const shown = Object.entries(fields).map((
      [key, text],
    ) => [key, NAMES.has(key) ? text : masker.text(text)]);
    this.#attempt.log(level, masker.text(message), Object.fromEntries(shown));
  }

  /** @returns a function that ends the listening. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
