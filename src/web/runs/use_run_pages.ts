/** All runs that fit a question, page by page: the first ones at once, the others while the page is looked at. */
import { useEffect, useState } from "preact/hooks";
import { ApiFailure, get } from "../api/http.ts";
import type { RunList, RunSummary } from "../api/types.ts";
import { resets, useLive } from "../live.ts";
import { type RunEvent, withEvent } from "../live_runs.ts";
import { after } from "../timers.ts";

export interface RunPages {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Runs that fit, read or not. */
  readonly total: number;
  readonly more: boolean;
  readonly loading: boolean;
  readonly error: ApiFailure | null;
  /** Reads a further page, beyond those that are read unasked. */
  readonly readMore: () => void;
}

const FIRST = 200;
const PAGE = 1000;
/** So many are read unasked. */
const UNASKED = 10_000;
/** Other work of the page comes first. */
const PAUSE_MS = 60;

const NOTHING = {
  runs: [] as readonly RunSummary[],
  total: 0,
  cursor: "",
  loading: true,
  error: null as ApiFailure | null,
};
type Held = typeof NOTHING;

/** @param question as `serverQuery` makes it */
export function useRunPages(question: string, fits: (run: RunSummary) => boolean): RunPages {
  const [held, setHeld] = useState<Held>(NOTHING);
  const [wanted, setWanted] = useState(UNASKED);
  useEffect(() => {
    const ending = new AbortController();
    setWanted(UNASKED);
    // What is known already answers at once; the server's answer takes its place.
    setHeld((old) => {
      const runs = old.runs.filter(fits);
      return { runs, total: runs.length, cursor: "", loading: true, error: null };
    });
    get<RunList>(`/dag-runs?${question}&limit=${FIRST}&total=true`, ending.signal).then((page) => {
      setHeld({
        runs: page.dagRuns,
        total: page.total ?? 0,
        cursor: page.nextCursor ?? "",
        loading: false,
        error: null,
      });
    }, (error) => ending.signal.aborted || setHeld({ ...NOTHING, loading: false, error: asFailure(error) }));
    return () => ending.abort();
  }, [question, resets.value]);
  useEffect(() => {
    if (held.cursor === "" || held.loading || held.runs.length >= wanted) return;
    const ending = new AbortController();
    const { cursor } = held;
    const forget = after(PAUSE_MS, () => {
      get<RunList>(`/dag-runs?${question}&limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`, ending.signal)
        .then((page) => {
          setHeld((old) => ({ ...old, runs: [...old.runs, ...page.dagRuns], cursor: page.nextCursor ?? "" }));
        }, () => {});
    });
    return () => {
      forget();
      ending.abort();
    };
  }, [held.cursor, held.loading, wanted]);
  useLive(["run"], ({ data }) => setHeld((old) => changed(old, data as RunEvent, fits)), [fits]);
  return {
    ...held,
    more: held.cursor !== "",
    readMore: () => setWanted((old) => Math.max(old, held.runs.length + PAGE)),
  };
}

function changed(old: Held, event: RunEvent, fits: (run: RunSummary) => boolean): Held {
  const runs = withEvent(old.runs, event, fits);
  return runs === old.runs ? old : { ...old, runs, total: old.total + runs.length - old.runs.length };
}

function asFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure(0, "", String(error));
}
