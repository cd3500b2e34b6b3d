/** The last hour of the machine: read once, then only what has come since. */
import { useEffect } from "preact/hooks";
import { get } from "../api/http.ts";
import { type Resource, useResource } from "../resource.ts";
import { every } from "../timers.ts";
import type { Point } from "./spark.tsx";

export interface History {
  readonly cpu: readonly Point[];
  readonly memory: readonly Point[];
  readonly disk: readonly Point[];
  readonly load: readonly Point[];
}

const EVERY_MS = 60_000;
const HOUR_S = 3600;
/** Clocks of the two sides differ a little. */
const SPARE_S = 15;

export function useHistory(): Resource<History> {
  const history = useResource<History>(`/services/resources/history?duration=${HOUR_S}s`);
  const last = lastOf(history.data);
  useEffect(() => {
    if (last === 0) return;
    return every(
      EVERY_MS,
      () => document.hidden || void readSince(last).then((news) => history.patch((old) => joined(old, news))),
    );
  }, [last]);
  return history;
}

/** A failure is made good by the next read. */
async function readSince(last: number): Promise<History> {
  const seconds = Math.min(HOUR_S, Math.ceil(Date.now() / 1000) - last + SPARE_S);
  return await get<History>(`/services/resources/history?duration=${Math.max(1, seconds)}s`)
    .catch(() => ({ cpu: [], memory: [], disk: [], load: [] }));
}

function lastOf(history: History | undefined): number {
  return history?.cpu.at(-1)?.timestamp ?? 0;
}

/** What was known with what came later: an hour of it. */
export function joined(old: History, news: History): History {
  const series = (kind: keyof History) => {
    const last = old[kind].at(-1)?.timestamp ?? 0;
    const all = [...old[kind], ...news[kind].filter(({ timestamp }) => timestamp > last)];
    const since = (all.at(-1)?.timestamp ?? 0) - HOUR_S;
    return all.filter(({ timestamp }) => timestamp >= since);
  };
  return { cpu: series("cpu"), memory: series("memory"), disk: series("disk"), load: series("load") };
}
