/** What a rule has found. */

/** `error`: it will go wrong; `warning`: it can; `info`: worth a thought, does not count for the exit code. */
export type Level = "error" | "warning" | "info";

/** A change of the text of the definition that mends a finding. */
export interface Edit {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  /** What to write instead, one sentence. */
  readonly fix: string;
  readonly file: string;
  /** Count from 1; 0 where only the file is known. */
  readonly line: number;
  readonly column: number;
  /** [] when a person has to mend it. */
  readonly edits: readonly Edit[];
}
