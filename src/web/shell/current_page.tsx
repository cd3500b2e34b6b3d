/** The page of the address. */
import type { ComponentType } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import { sentence } from "../api/http.ts";
import { Empty, Skeleton } from "../parts/blank.tsx";
import { place } from "../router.ts";
import type { PageProps } from "../page_props.ts";
import { type Match, matchRoute, type PageRoute } from "../routes.ts";

/** Pages whose code has come. */
const loaded = new Map<PageRoute, ComponentType<PageProps>>();

export function CurrentPage() {
  const match = matchRoute(place.value.path);
  const [, setCame] = useState(0);
  const [problem, setProblem] = useState("");
  const route = match?.route ?? null;
  useEffect(() => {
    setProblem("");
    if (!route || typeof route.page !== "function" || loaded.has(route)) return;
    route.page().then(({ Page }) => {
      loaded.set(route, Page);
      setCame((count) => count + 1);
    }, () => setProblem("This page could not be loaded. Is there a newer server?"));
  }, [route]);
  if (!match) {
    return (
      <Empty title="There is no such page">
        <p>Nothing is known at {place.value.path}.</p>
      </Empty>
    );
  }
  const Page = typeof match.route.page === "function" ? loaded.get(match.route) : match.route.page.Page;
  if (Page) return <Guarded key={identity(match)} Page={Page} params={match.params} />;
  if (problem === "") return <Skeleton lines={10} />;
  return (
    <Empty title={problem}>
      <button type="button" class="button" onClick={() => location.reload()}>Load again</button>
    </Empty>
  );
}

/** What makes it another page, not another part of the same one. */
function identity({ route, params }: Match): string {
  const { tab: _, ...rest } = params;
  return [route.at, ...Object.values(rest)].join(" ");
}

/** A page that breaks leaves the rest alone. */
function Guarded({ Page, params }: PageProps & { readonly Page: ComponentType<PageProps> }) {
  const [error, reset] = useErrorBoundary();
  if (!error) return <Page params={params} />;
  return (
    <Empty title="This page has a defect">
      <p>{sentence(error)}</p>
      <button type="button" class="button" onClick={reset}>Show it again</button>
    </Empty>
  );
}
