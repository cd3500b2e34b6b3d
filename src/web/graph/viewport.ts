/** Which part of a picture is seen, and how large. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A point of the picture is seen at `x * scale + left`, `y * scale + top`. */
export interface Viewport {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

const LEAST = 0.04;
const MOST = 2.5;
const MARGIN = 24;
/** Smaller than this nobody reads it: then a part is shown. */
const READABLE = 0.45;

/** All of the picture, in the middle and not enlarged. */
export function fit(picture: Size, view: Size): Viewport {
  const wanted = Math.min(
    (view.width - 2 * MARGIN) / picture.width,
    (view.height - 2 * MARGIN) / picture.height,
    1,
  );
  const scale = clamp(Number.isFinite(wanted) && wanted > 0 ? wanted : 1);
  return {
    scale,
    left: (view.width - picture.width * scale) / 2,
    top: (view.height - picture.height * scale) / 2,
  };
}

/** All of it where that can be read, else what is around a point. */
export function open(
  picture: Size,
  view: Size,
  around: { readonly x: number; readonly y: number },
): Viewport {
  const all = fit(picture, view);
  return all.scale >= READABLE ? all : inside(picture, view, centre(view, around, 0.8));
}

export function centre(
  view: Size,
  around: { readonly x: number; readonly y: number },
  scale: number,
): Viewport {
  return { scale, left: view.width / 2 - around.x * scale, top: view.height / 2 - around.y * scale };
}

/** Larger or smaller, while the point that is seen at `x`, `y` stays where it is. */
export function zoom(port: Viewport, by: number, x: number, y: number): Viewport {
  const scale = clamp(port.scale * by);
  const factor = scale / port.scale;
  return { scale, left: x - (x - port.left) * factor, top: y - (y - port.top) * factor };
}

/** No more room beside the picture than is needed. */
function inside(picture: Size, view: Size, port: Viewport): Viewport {
  const place = (at: number, length: number, room: number) => {
    if (length + 2 * MARGIN <= room) return (room - length) / 2;
    return Math.min(MARGIN, Math.max(room - length - MARGIN, at));
  };
  return {
    scale: port.scale,
    left: place(port.left, picture.width * port.scale, view.width),
    top: place(port.top, picture.height * port.scale, view.height),
  };
}

function clamp(scale: number): number {
  return Math.max(LEAST, Math.min(MOST, scale));
}
