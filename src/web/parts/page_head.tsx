/** The first line of a page: its name, and what can be done on it. */
import type { ComponentChildren } from "preact";

export function PageHead(
  { title, children }: { readonly title: string; readonly children?: ComponentChildren },
) {
  return (
    <header class="page-head">
      <h1>{title}</h1>
      {children}
    </header>
  );
}
