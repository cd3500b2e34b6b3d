/** The table of pages: address and the module that is loaded when it is first shown. */
import type { ComponentType } from "preact";

export interface PageProps {
  /** Members of the address, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export interface PageModule {
  readonly Page: ComponentType<PageProps>;
}

export interface PageRoute {
  /** Members are written `:name`; the last one may be left out with `:name?`. */
  readonly at: string;
  readonly load: () => Promise<PageModule>;
}

export const ROUTES: readonly PageRoute[] = [
  { at: "/", load: () => import("./pages/now.tsx") },
  { at: "/workflows", load: () => import("./pages/workflows.tsx") },
  { at: "/w/:file/:tab?", load: () => import("./pages/workflow.tsx") },
  { at: "/runs", load: () => import("./pages/runs.tsx") },
  { at: "/r/:name/:id", load: () => import("./pages/run.tsx") },
  { at: "/r/:name/:id/log", load: () => import("./pages/log.tsx") },
  { at: "/queues", load: () => import("./pages/queues.tsx") },
  { at: "/system", load: () => import("./pages/system.tsx") },
  { at: "/admin/:tab?", load: () => import("./pages/admin.tsx") },
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
