/** Which page is shown: the address bar is the only place that knows. */
import { type Signal, signal } from "@preact/signals";

export interface Place {
  /** Below the base of the pages, with a leading slash, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The place that is shown. */
export const place: Signal<Place> = signal({ path: "/", query: new URLSearchParams() });

let base = "";

/** Follows the address bar and clicks on links. @param below path below which all pages stand: "" or `/x` */
export function startRouter(below: string): void {
  base = below;
  readPlace();
  addEventListener("popstate", readPlace);
  document.addEventListener("click", (event) => {
    const link = followable(event);
    if (!link) return;
    event.preventDefault();
    go(link.pathname.slice(base.length) + link.search + link.hash);
  });
}

/** Shows another place. @param address as `addresses.ts` makes it */
export function go(address: string, how: { readonly replace?: boolean } = {}): void {
  const url = base + address;
  if (how.replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  const before = place.value.path;
  readPlace();
  if (!how.replace && place.value.path !== before) scrollTo(0, 0);
}

/** The address as a link needs it. */
export function href(address: string): string {
  return base + address;
}

/** Changes parts of the query in place; null and "" remove one. */
export function setQuery(changes: Readonly<Record<string, string | null>>, replace = true): void {
  const { path, query } = place.value;
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  go(path + (text === "" ? "" : `?${text}`), { replace });
}

function readPlace(): void {
  const path = location.pathname.slice(base.length) || "/";
  place.value = { path, query: new URLSearchParams(location.search) };
}

/** The link of ours that a click follows; null when the browser should do what it does. */
function followable(event: MouseEvent): HTMLAnchorElement | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest?.("a");
  if (!link || link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) {
    return null;
  }
  return link.dataset.plain === undefined && link.pathname.startsWith(`${base}/`) ? link : null;
}
