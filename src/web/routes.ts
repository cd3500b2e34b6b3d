/**
 * The table of pages. Those that are looked at first come with the beginning; the others are loaded when they are
 * first shown.
 */
import type { ComponentType } from "preact";
import type { PageProps } from "./page_props.ts";
import * as now from "./pages/now.tsx";
import * as queues from "./pages/queues.tsx";
import * as runs from "./pages/runs.tsx";
import * as workflows from "./pages/workflows.tsx";

export interface PageModule {
  readonly Page: ComponentType<PageProps>;
}

export interface PageRoute {
  /** Members are written `:name`; the last one may be left out with `:name?`. */
  readonly at: string;
  readonly page: PageModule | (() => Promise<PageModule>);
}

const ROUTES: readonly PageRoute[] = [
  { at: "/", page: now },
  { at: "/workflows", page: workflows },
  { at: "/w/:file/:tab?", page: () => import("./pages/workflow.tsx") },
  { at: "/runs", page: runs },
  { at: "/r/:name/:id", page: () => import("./pages/run.tsx") },
  { at: "/r/:name/:id/log", page: () => import("./pages/log.tsx") },
  { at: "/r/:name/:id/compare", page: () => import("./pages/compare.tsx") },
  { at: "/queues", page: queues },
  { at: "/system", page: () => import("./pages/system.tsx") },
  { at: "/admin/:tab?", page: () => import("./pages/admin.tsx") },
];

export interface Match {
  readonly route: PageRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** The page at a path; null when there is none. */
export function matchRoute(path: string, routes: readonly PageRoute[] = ROUTES): Match | null {
  const parts = path.split("/").filter((part) => part !== "");
  for (const route of routes) {
    const params = fit(route.at.split("/").filter((part) => part !== ""), parts);
    if (params) return { route, params };
  }
  return null;
}

function fit(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  if (parts.length > pattern.length) return null;
  for (const [i, wanted] of pattern.entries()) {
    const given = parts[i];
    if (given === undefined) {
      if (!wanted.endsWith("?")) return null;
    } else if (wanted.startsWith(":")) params[wanted.slice(1).replace("?", "")] = decoded(given);
    else if (wanted !== given) return null;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
