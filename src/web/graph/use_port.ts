/** The part of a picture that is seen: it is moved and enlarged without drawing anything again. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Picture, Point } from "./layout.ts";
import { useMoves } from "./use_moves.ts";
import { centre, fit, open, type Size, type Viewport, zoom } from "./viewport.ts";

/** Smaller than this only the colours of nodes are shown. */
const FAR = 0.3;

type Area = RefObject<SVGSVGElement | null>;

/** null before it is known. */
export function useSize(area: Area): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const measure = () => setSize(sizeOf(area));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(area.current!);
    return () => watch.disconnect();
  }, []);
  return size;
}

export interface Port {
  /** Enlarges what is in the middle. */
  zoomBy(by: number): void;
  showAll(): void;
  /** Moves a point of the picture into sight, if it is not. */
  reveal(point: Point): void;
}

/**
 * @param layer what is moved within the area
 * @param start is seen at first, where there is no room for all of the picture
 */
export function usePort(
  area: Area,
  layer: RefObject<SVGGElement | null>,
  picture: Picture,
  size: Size | null,
  start: Point,
): Port {
  const touched = useRef(false);
  const port = useRef<Viewport>({ left: 0, top: 0, scale: 1 });
  const show = (next: Viewport) => {
    port.current = next;
    const { left, top, scale } = next;
    area.current?.classList.toggle("graph-far", scale < FAR);
    layer.current?.setAttribute(
      "transform",
      `translate(${left.toFixed(1)} ${top.toFixed(1)}) scale(${scale.toFixed(4)})`,
    );
  };
  const showMoved = (next: Viewport) => {
    touched.current = true;
    show(next);
  };
  useLayoutEffect(() => {
    if (size && !touched.current) show(open(picture, size, start));
  }, [picture, size]);
  useMoves(area, () => port.current, showMoved);
  return {
    zoomBy: (by) => {
      const { width, height } = sizeOf(area);
      showMoved(zoom(port.current, by, width / 2, height / 2));
    },
    showAll: () => show(fit(picture, sizeOf(area))),
    reveal: (point) => {
      const { left, top, scale } = port.current;
      const { width, height } = sizeOf(area);
      const [x, y] = [point.x * scale + left, point.y * scale + top];
      if (x < 40 || x > width - 40 || y < 20 || y > height - 20) {
        show(centre({ width, height }, point, scale));
      }
    },
  };
}

function sizeOf(area: Area): Size {
  const { clientWidth: width, clientHeight: height } = area.current!;
  return { width, height };
}
