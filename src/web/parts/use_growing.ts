/** Long lists come in parts: the next one when the end of what is there comes near. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Pixels below the window within which the end counts as near. */
const NEAR = 800;

/** @returns how many members are shown; `end` is an element behind the last of them */
export function useGrowing(end: RefObject<HTMLElement | null>, count: number, step: number): number {
  const [shown, setShown] = useState(step);
  useEffect(() => {
    if (shown >= count || !end.current) return;
    const watch = new IntersectionObserver(
      ([entry]) => entry!.isIntersecting && setShown((old) => old + step),
      {
        rootMargin: `${NEAR}px`,
      },
    );
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [shown, count, step]);
  return Math.min(shown, count);
}
