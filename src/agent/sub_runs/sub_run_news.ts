/** What the sub-runs of a run record, and those below them, for who follows the run. */
import type { RunEvent, RunRecord } from "../../core/run.ts";
import type { AgentJournal } from "../journal.ts";

/** The record of a sub-run, first; then each change of it. */
export type SubRunChange =
  | { readonly record: RunRecord }
  | { readonly dagRunId: string; readonly event: RunEvent; readonly seq: number };

export type SubRunListener = (change: SubRunChange) => void;

export class SubRunNews {
  readonly #listeners = new Set<SubRunListener>();
  /** Sub-runs that go on, each with what is below it. */
  readonly #going = new Map<AgentJournal, SubRunNews>();

  /** Tells of a sub-run until the returned function is called. */
  follow(journal: AgentJournal, below: SubRunNews): () => void {
    const tell = (change: SubRunChange) => this.#listeners.forEach((listener) => listener(change));
    this.#going.set(journal, below);
    tell({ record: journal.record });
    const ends = [
      journal.listen((event, { dagRunId, seq }) => tell({ dagRunId, event, seq })),
      below.listen(tell),
    ];
    return () => {
      this.#going.delete(journal);
      for (const end of ends) end();
    };
  }

  /** Hears of those that go on at once. @returns a function that ends the listening */
  listen(listener: SubRunListener): () => void {
    for (const record of this.#records()) listener({ record });
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #records(): RunRecord[] {
    return [...this.#going].flatMap(([journal, below]) => [journal.record, ...below.#records()]);
  }
}
