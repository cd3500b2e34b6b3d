/** Addresses of all pages. */

export const WORKFLOW_TABS = ["runs", "graph", "definition", "settings"] as const;
export type WorkflowTab = (typeof WORKFLOW_TABS)[number];

export interface LogSpot {
  readonly step?: string;
  readonly line?: number;
}

export const to = {
  now: () => "/",
  workflows: (query: Query = {}) => withQuery("/workflows", query),
  /** @param file name of the definition's file without its ending */
  workflow: (file: string, tab: WorkflowTab = "runs", query: Query = {}) =>
    withQuery(`/w/${part(file)}${tab === "runs" ? "" : `/${tab}`}`, query),
  runs: (query: Query = {}) => withQuery("/runs", query),
  run: (name: string, id: string, spot: LogSpot = {}) =>
    withQuery(`/r/${part(name)}/${part(id)}`, { ...spot }),
  log: (name: string, id: string, spot: LogSpot = {}) =>
    withQuery(`/r/${part(name)}/${part(id)}/log`, { ...spot }),
  /** @param other the earlier run; "" takes the one before */
  compare: (name: string, id: string, other = "") =>
    withQuery(`/r/${part(name)}/${part(id)}/compare`, { with: other }),
  queues: () => "/queues",
  system: () => "/system",
  admin: (tab = "") => `/admin${tab === "" ? "" : `/${tab}`}`,
};

type Query = Readonly<Record<string, string | number | undefined>>;

function part(text: string): string {
  return encodeURIComponent(text);
}

function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}
