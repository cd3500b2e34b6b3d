/** Icons: strokes in a square of 16. */

const PATHS = {
  play: "M4.5 2.8v10.4l8.2-5.2z",
  stop: "M3.5 3.5h9v9h-9z",
  retry: "M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3h-3",
  close: "M3.5 3.5l9 9m0-9l-9 9",
  check: "M2.8 8.6l3.4 3.4 7-8",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zm3.6-1.4L14 14",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  more: "M3.2 8h.1M8 8h.1M12.8 8h.1",
  down: "M3.5 6l4.5 4.5L12.5 6",
  right: "M6 3.5L10.5 8 6 12.5",
  left: "M10 3.5L5.5 8l4.5 4.5",
  up: "M3.5 10L8 5.5l4.5 4.5",
  pause: "M5 3v10M11 3v10",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6",
  plus: "M8 2.8v10.4M2.8 8h10.4",
  trash: "M2.8 4.2h10.4M6 4V2.5h4V4M4.2 4.2l.6 9.3h6.4l.6-9.3",
  edit: "M10.8 2.6l2.6 2.6-7.6 7.6-3.2.6.6-3.2zM9 4.4L11.6 7",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.3V2.5h-8v8h2.8",
  download: "M8 2v8.2M4.5 7L8 10.5 11.5 7M2.5 13.5h11",
  link:
    "M6.6 9.4l2.8-2.8M7.4 4.8l1.3-1.3a2.7 2.7 0 0 1 3.8 3.8l-1.3 1.3M8.6 11.2l-1.3 1.3a2.7 2.7 0 0 1-3.8-3.8l1.3-1.3",
  log: "M2.5 3.5h11M2.5 6.5h7M2.5 9.5h11M2.5 12.5h5",
  graph: "M2.2 6h4v4h-4zM9.8 2.2h4v4h-4zM9.8 9.8h4v4h-4zM6.2 8h1.8M8 4.2v7.6M8 4.2h1.8M8 11.8h1.8",
  sun:
    "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1",
  moon: "M13.4 9.8A5.8 5.8 0 0 1 6.2 2.6a5.8 5.8 0 1 0 7.2 7.2z",
  user: "M8 8.2a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM2.8 14c.5-2.6 2.5-4 5.2-4s4.7 1.4 5.2 4",
  key: "M10.3 9.2a3.5 3.5 0 1 0-3.4-2.7L2.5 11v2.5H5v-1.8h1.8V10l.9-.9c.8.2 1.7.2 2.6.1zM10.8 5.2h.1",
  warn: "M8 2.2l6.4 11.3H1.6zM8 6.4v3.4M8 11.6v.1",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.4v3.4M8 5.1v.1",
  home: "M2.4 7.4L8 2.6l5.6 4.8M3.8 6.4v7h8.4v-7",
  flow: "M2 3.2h4.4v3.4H2zM9.6 9.4H14v3.4H9.6zM4.2 6.6v4.5h5.4",
  list: "M5.4 4h8.2M5.4 8h8.2M5.4 12h8.2M2.4 4h.1M2.4 8h.1M2.4 12h.1",
  queue: "M2.4 3h11.2v3H2.4zM2.4 10h11.2v3H2.4zM4.4 8h7.2",
  pulse: "M1.8 8.4h3l2-5 2.6 9 2-4h2.8",
  shield: "M8 1.8l5 1.9v4c0 3-2 5.2-5 6.5-3-1.3-5-3.5-5-6.5v-4z",
  filter: "M2 3.2h12L9.6 8.4v4.4l-3.2-1.6V8.4z",
  expand: "M9.6 2.4h4v4M6.4 13.6h-4v-4M13.4 2.6L9.4 6.6M2.6 13.4l4-4",
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
