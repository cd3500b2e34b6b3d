/** Which rows of a long list are seen, while the whole page scrolls. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

export interface RowWindow {
  readonly first: number;
  /** Behind the last one. */
  readonly end: number;
}

/** Rows above and below what is seen. */
const SPARE = 12;
const FIRST_ROWS = 45;

/** @param list what holds the rows and nothing above them @param height of a row, in pixels */
export function useRowWindow(list: RefObject<HTMLElement | null>, count: number, height: number): RowWindow {
  const [first, setFirst] = useState(0);
  const [rows, setRows] = useState(FIRST_ROWS);
  useEffect(() => {
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      setFirst(Math.max(0, Math.floor(-top / height) - SPARE));
      setRows(Math.ceil(innerHeight / height) + 2 * SPARE);
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [height]);
  const begin = Math.min(first, Math.max(0, count - rows));
  return { first: begin, end: Math.min(count, begin + rows) };
}
