/** Groups of lines, from `::group::TITLE` to `::endgroup::`, that can be folded to one row. */

export interface Fold {
  /** Line of the title, from 1. */
  readonly first: number;
  /** Line of its end; 0 while the group is open. */
  readonly last: number;
  readonly title: string;
}

const BEGIN = /^::group::(.*)$/;
const END = /^::endgroup::/;

/** Lines that begin or end a group, as the server searches for them. */
export const FOLD_PATTERN = "^::(group|endgroup)::";

/** The title that a line begins a group with; null when it begins none. */
export function foldTitle(line: string): string | null {
  return BEGIN.exec(line)?.[1].trim() ?? null;
}

export function isFoldEnd(line: string): boolean {
  return END.test(line);
}

/** Rows of a log some of whose groups are folded. Groups do not nest: one that begins ends the one before it. */
export class Folds {
  #folds: readonly Fold[] = [];
  #folded = new Set<number>();
  /** Folded groups in order, with the number of lines that are hidden before each. */
  #hidden: { readonly first: number; readonly last: number; readonly before: number }[] = [];

  get all(): readonly Fold[] {
    return this.#folds;
  }

  /** @param marks lines that begin or end groups, in order @param folded whether what is new is folded */
  take(marks: readonly { readonly line: number; readonly text: string }[], folded: boolean): void {
    const folds: Fold[] = [];
    let open: { first: number; title: string } | null = null;
    for (const { line, text } of marks) {
      const title = foldTitle(text);
      if (open) folds.push({ ...open, last: title === null ? line : line - 1 });
      open = title === null ? null : { first: line, title };
    }
    if (open) folds.push({ ...open, last: 0 });
    const before = new Set(this.#folds.map(({ first }) => first));
    if (folded) { for (const { first } of folds) if (!before.has(first)) this.#folded.add(first); }
    this.#folds = folds;
    this.#arrange();
  }

  isFolded(first: number): boolean {
    return this.#folded.has(first);
  }

  /** Folds or unfolds the group that begins in a line. */
  toggle(first: number): void {
    if (!this.#folded.delete(first)) this.#folded.add(first);
    this.#arrange();
  }

  foldAll(folded: boolean): void {
    this.#folded = new Set(folded ? this.#folds.map(({ first }) => first) : []);
    this.#arrange();
  }

  /** Unfolds the group that hides a line. */
  show(line: number): void {
    const around = this.#hidden.find(({ first, last }) => line > first && line <= last);
    if (around) this.toggle(around.first);
  }

  fold(line: number): Fold | undefined {
    return this.#folds.find(({ first }) => first === line);
  }

  /** Rows of a log of so many lines. */
  rows(lines: number): number {
    const last = this.#hidden.at(-1);
    return lines - (last ? last.before + last.last - last.first : 0);
  }

  /** @param row from 0 @returns the line, from 1 */
  lineAt(row: number): number {
    let line = row + 1;
    for (const { first, last, before } of this.#hidden) {
      if (row + 1 <= first - before) break;
      line = row + 1 + before + last - first;
    }
    return line;
  }

  /** @param line from 1 @returns the row, from 0; of a hidden line that of its group */
  rowOf(line: number): number {
    let row = line - 1;
    for (const { first, last, before } of this.#hidden) {
      if (line <= first) break;
      row = line <= last ? first - 1 - before : line - 1 - before - (last - first);
    }
    return row;
  }

  /** An open group cannot be folded: what is added to it is what people wait for. */
  #arrange(): void {
    let before = 0;
    this.#hidden = [];
    for (const { first, last } of this.#folds) {
      if (last <= first || !this.#folded.has(first)) continue;
      this.#hidden.push({ first, last, before });
      before += last - first;
    }
  }
}
