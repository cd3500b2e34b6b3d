/** Moves of a picture by the hand. */
import { useEffect } from "preact/hooks";
import type { Point } from "./layout.ts";
import { type Viewport, zoom } from "./viewport.ts";

/** Drags with one pointer, enlarges with the wheel or with two. */
export function useMoves(
  area: { readonly current: SVGSVGElement | null },
  port: () => Viewport,
  show: (port: Viewport) => void,
): void {
  useEffect(() => {
    const element = area.current!;
    const pointers = new Map<number, Point>();
    let moved = 0;
    const spot = (event: { clientX: number; clientY: number }) => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, spot(event));
      moved = 0;
    };
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = spot(event);
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      if (moved > 4) element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, now);
      const { left, top, scale } = port();
      const next = { scale, left: left + now.x - before.x, top: top + now.y - before.y };
      if (!other) return show(next);
      const by = distance(now, other) / Math.max(1, distance(before, other));
      show(zoom(port(), by, (now.x + other.x) / 2, (now.y + other.y) / 2));
    };
    const up = (event: PointerEvent) => pointers.delete(event.pointerId);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { x, y } = spot(event);
      show(zoom(port(), Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), x, y));
    };
    // A click that ends a drag chooses nothing.
    const click = (event: MouseEvent) => moved > 4 && event.stopPropagation();
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("click", click, true);
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("click", click, true);
    };
  }, []);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
