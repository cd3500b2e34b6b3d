/** What an examination found. */

const LEVELS = ["ok", "note", "warning", "error"] as const;
/** Of a warning something works less well than it could, of an error something does not, or is not safe. */
export type Level = (typeof LEVELS)[number];

export interface Finding {
  /** What was looked at: `folders`, `locks`. */
  readonly area: string;
  readonly level: Level;
  /** A sentence without full stop. */
  readonly message: string;
  /** What to do; "" when nothing is to be done. */
  readonly advice: string;
  /** Puts it right, where that is safe. @throws when it cannot be done */
  readonly fix?: () => void;
}

/** A writer of findings of one area. */
export class Notes {
  readonly found: Finding[] = [];
  readonly #area: string;

  constructor(area: string) {
    this.#area = area;
  }

  add(level: Level, message: string, advice = "", fix?: () => void): void {
    this.found.push({ area: this.#area, level, message, advice, ...(fix && { fix }) });
  }
}
