/** Where in a document of YAML a cursor stands, told by indentation alone: the text is being written. */

/** Stands for the members of a list. */
export const ITEM = "[]";

export interface YamlSpot {
  /** Keys from the root on, and {@link ITEM}; without the key of the line itself. */
  readonly path: readonly string[];
  /** The key whose value is being written; "" when a key is. */
  readonly key: string;
  /** What is written of the key or the value. */
  readonly word: string;
}

const LINE = /^(\s*)((?:-\s+)*)(.*)$/;
const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s#'"&*!|>{[][^:]*?))\s*:(?:\s+|$)/;

/** @param row from 0 @returns null inside of a comment */
export function spotAt(lines: readonly string[], row: number, column: number): YamlSpot | null {
  const [, indent, dashes, rest] = LINE.exec(lines[row].slice(0, column))!;
  if (/^#|\s#/.test(rest)) return null;
  const open = /^\s*-$/.test(lines[row].slice(0, column));
  const found = KEY.exec(rest);
  const path: string[] = [];
  const walk = new Walk(path, indent.length + dashes.length + (open ? 2 : 0));
  walk.leaveItems(indent.length, dashes);
  for (let above = row - 1; above >= 0; above--) {
    const text = lines[above];
    if (/^---(\s|$)/.test(text)) break;
    if (/^\s*(#|$)/.test(text)) continue;
    walk.take(text);
  }
  return {
    path,
    key: found ? keyOf(found) : "",
    word: found ? rest.slice(found[0].length) : open ? "" : rest,
  };
}

class Walk {
  readonly #path: string[];
  /** A parent stands to the left of this column. */
  #column: number;
  /** The members of a list may stand below their key. */
  #inList = false;

  constructor(path: string[], column: number) {
    this.#path = path;
    this.#column = column;
  }

  leaveItems(indent: number, dashes: string): void {
    const places = [...dashes.matchAll(/-/g)].map(({ index }) => indent + index).reverse();
    for (const place of places) {
      this.#path.unshift(ITEM);
      this.#column = place;
      this.#inList = true;
    }
  }

  take(text: string): void {
    const [, indent, dashes, rest] = LINE.exec(text)!;
    const column = indent.length + dashes.length;
    const key = KEY.exec(rest);
    if (key && (column < this.#column || this.#inList && dashes === "" && column === this.#column)) {
      this.#path.unshift(keyOf(key));
      this.#column = column;
      this.#inList = false;
      this.leaveItems(indent.length, dashes);
    } else if (dashes !== "" && column === this.#column && !this.#inList) {
      this.leaveItems(indent.length, dashes);
    }
  }
}

function keyOf([, double, single, plain]: RegExpExecArray): string {
  return double ?? single ?? plain;
}
