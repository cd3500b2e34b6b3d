/**
 * Rows of one height in a scroll area. Browsers cannot make an element higher than some millions of pixels: more
 * rows than fit stand in a scaled area, where small moves go on row by row and large ones jump.
 */

/** Most pixels of a scroll area. */
export const MAX_HEIGHT = 7_000_000;

export class ScrollRange {
  readonly rowHeight: number;
  #rows = 0;
  #view = 0;
  #top = 0;
  #at = 0;

  constructor(rowHeight: number) {
    this.rowHeight = rowHeight;
  }

  /** Pixels of the scroll area. */
  get height(): number {
    return Math.min(MAX_HEIGHT, this.#rows * this.rowHeight);
  }

  /** First row that is seen, from 0, with the part of it that is not seen. */
  get top(): number {
    return this.#top;
  }

  /** Rows that are seen, the last one in part. */
  get seen(): number {
    return Math.ceil(this.#view / this.rowHeight) + 1;
  }

  get atEnd(): boolean {
    return this.#top >= this.#last - 0.5;
  }

  /** Largest {@link top}. */
  get #last(): number {
    return Math.max(0, this.#rows - this.#view / this.rowHeight);
  }

  get #scaled(): boolean {
    return this.#rows * this.rowHeight > MAX_HEIGHT;
  }

  /** @param view pixels that are seen @returns where the area is to be scrolled to */
  resize(rows: number, view: number): number {
    this.#rows = rows;
    this.#view = view;
    return this.goTo(this.#top);
  }

  /** @param top row that becomes the first one @returns where the area is to be scrolled to */
  goTo(top: number): number {
    this.#top = Math.max(0, Math.min(this.#last, top));
    return this.#place();
  }

  goToEnd(): number {
    return this.goTo(Infinity);
  }

  /** So that a row is seen, with some rows around it. @returns where the area is to be scrolled to */
  reveal(row: number): number {
    const rows = this.#view / this.rowHeight;
    const margin = Math.min(3, rows / 4);
    if (row >= this.#top + margin && row < this.#top + rows - 1 - margin) return this.#at;
    return this.goTo(row - rows / 3);
  }

  /** The area was scrolled. @returns where it is to be scrolled to, which may differ when it is scaled */
  scrolled(at: number): number {
    const moved = at - this.#at;
    if (moved === 0) return at;
    this.#at = at;
    if (!this.#scaled) {
      this.#top = at / this.rowHeight;
      return at;
    }
    if (at <= 0 || at >= this.#range) return this.goTo(at <= 0 ? 0 : Infinity);
    if (Math.abs(moved) > this.#view) {
      this.#top = at / this.#range * this.#last;
      return at;
    }
    this.#top = Math.max(0, Math.min(this.#last, this.#top + moved / this.rowHeight));
    return at;
  }

  /** Where a scaled area should stand when nobody scrolls any more. */
  settle(): number {
    return this.#scaled ? this.#place() : this.#at;
  }

  get #range(): number {
    return Math.max(1, this.height - this.#view);
  }

  #place(): number {
    this.#at = this.#scaled ? this.#top / Math.max(1, this.#last) * this.#range : this.#top * this.rowHeight;
    return this.#at;
  }
}
