/** What an agent records: masked, seen by whoever watches, and in the store. */
import type { Masker } from "../core/text/mask.ts";
import { maskTexts } from "../core/text/mask_texts.ts";
import type { RunEvent, RunRecord } from "../core/run.ts";
import type { RunJournal } from "../engine/run_engine.ts";
import type { Attempt } from "../ports/run_store.ts";

/** Gets every change after it was recorded. */
export type EventListener = (event: RunEvent, record: RunRecord) => void;

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
    const masked = this.masker ? maskTexts(event, this.masker) : event;
    this.#attempt.append(masked);
    for (const listener of this.#listeners) listener(masked, this.record);
  }

  /** Adds a line to the run's log. */
  log(level: "INFO" | "WARN" | "ERROR", message: string, fields: Record<string, string> = {}): void {
    const { masker } = this;
    this.#attempt.log(
      level,
      masker ? masker.text(message) : message,
      masker ? maskTexts(fields, masker) : fields,
    );
  }

  /** @returns a function that ends the listening. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
