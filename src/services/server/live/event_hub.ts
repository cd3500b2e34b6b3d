/** Hands changes to everybody who listens, and to those who come back what they missed. */

/** A change, as it is sent. */
export interface LiveEvent {
  /** `run`, `step`, `sub-run`, `sub-step`, `queue`, `dags`, `log`, `worker`. */
  readonly type: string;
  /** Topics that it belongs to; a listener of any of them gets it. */
  readonly topics: readonly string[];
  /** Name of the DAG that it is about; "" when it is about none. */
  readonly dag: string;
  readonly data: unknown;
}

export interface NumberedEvent extends LiveEvent {
  readonly id: string;
}

interface Attention {
  begin(): void;
  end(): void;
}

export type Listener = (event: NumberedEvent) => void;

/** Events that are kept for those who come back. */
const KEPT = 2000;

export class EventHub {
  /** Tells the ids of this process from those of another. */
  readonly #token: string;
  readonly #kept: NumberedEvent[] = [];
  readonly #listeners = new Set<Listener>();
  /** What goes on while somebody listens. */
  readonly #attentions = new Set<Attention>();
  readonly #closing = new AbortController();
  #last = 0;

  constructor(token: string) {
    this.#token = token;
  }

  publish(event: LiveEvent): void {
    const numbered = { ...event, id: `${this.#token}-${++this.#last}` };
    this.#kept.push(numbered);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener(numbered);
  }

  /** @returns a function that ends the listening */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) { for (const attention of this.#attentions) attention.begin(); }
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      for (const attention of this.#attentions) attention.end();
    };
  }

  /**
   * Has something done while anybody listens, and only then.
   * @param begin called when the first listener comes; what it returns is called when the last one has left
   * @returns a function that ends it
   */
  whileHeard(begin: () => () => void): () => void {
    let end = () => {};
    const attention = { begin: () => end = begin(), end: () => end() };
    this.#attentions.add(attention);
    if (this.#listeners.size > 0) attention.begin();
    return () => {
      if (this.#attentions.delete(attention) && this.#listeners.size > 0) end();
    };
  }

  /** Aborted when there will be no more events. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort();
  }

  /** Id of the newest event. */
  get last(): string {
    return `${this.#token}-${this.#last}`;
  }

  /** What came after an event; null when that is not known any more. */
  since(id: string): readonly NumberedEvent[] | null {
    const match = /^(.+)-(\d{1,15})$/.exec(id);
    if (!match || match[1] !== this.#token) return null;
    const number = Number(match[2]);
    const first = this.#last - this.#kept.length;
    return number < first || number > this.#last ? null : this.#kept.slice(number - first);
  }
}
