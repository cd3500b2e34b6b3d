/** Runs: a query, when they were, and each in a line. */
import { useCallback, useMemo, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { DagList, RunSummary } from "../api/types.ts";
import { Empty, Failure, Skeleton } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useRowKeys } from "../parts/row_keys.ts";
import { useResource } from "../resource.ts";
import { href, setQuery } from "../router.ts";
import { canDequeue, canRetry, canStop, dequeueRun, retryRun, stopRun } from "../run_actions.ts";
import { HistogramView } from "../runs/histogram_view.tsx";
import { QueryBar } from "../runs/query_bar.tsx";
import { fitsQuery, parseRunQuery, serverQuery, withRange } from "../runs/run_query.ts";
import { RunTable } from "../runs/run_table.tsx";
import { keyOf, toggled } from "../runs/selection.ts";
import { useQueryText } from "../runs/use_query_text.ts";
import { useRunPages } from "../runs/use_run_pages.ts";
import { Views } from "../runs/views.tsx";
import { useTitle } from "../title.ts";

export function Page() {
  const { typed, type, asked } = useQueryText();
  useTitle(asked === "" ? "Runs" : `${asked} · Runs`);
  const query = useMemo(() => parseRunQuery(typed, Date.now()), [typed]);
  const question = useMemo(() => serverQuery(parseRunQuery(asked, Date.now())), [asked]);
  const dags = useResource<DagList>(query.tag === "" ? null : "/dags?perPage=1000");
  const fits = useMemo(() => {
    const tags = new Map((dags.data?.dags ?? []).map(({ dag }) => [dag.name, dag.tags ?? []]));
    return fitsQuery(query, (name) => tags.get(name) ?? []);
  }, [query, dags.data]);
  const pages = useRunPages(question, fits);
  const runs = useMemo(() => pages.runs.filter(fits), [pages.runs, fits]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const choose = useCallback((key: string) => setSelected((old) => toggled(old, key)), []);
  const range = (from: number, until: number) => setQuery({ q: withRange(asked, from, until) }, false);
  useRowKeys();
  const whole = runs.length === pages.runs.length;
  return (
    <>
      <PageHead title="Runs">
        <span class="quiet number">
          {whole ? `${pages.total} runs` : `${runs.length} of ${pages.total} runs`}
          {pages.more ? ", reading" : ""}
        </span>
      </PageHead>
      <QueryBar text={typed} onText={type} problems={query.problems} />
      <Views text={asked} onChoose={(q) => setQuery({ q }, false)} />
      {pages.error && <Failure error={pages.error} />}
      {!pages.error && <HistogramView runs={runs} onRange={range} />}
      <Chosen runs={runs.filter((run) => selected.has(keyOf(run)))} onDone={() => setSelected(new Set())} />
      {!pages.error && (
        <div class="panel">
          {runs.length > 0 && (
            <RunTable
              runs={runs}
              selected={selected}
              onSelect={choose}
              onEnd={pages.more ? pages.readMore : () => {}}
            />
          )}
          {runs.length === 0 && (pages.loading || typed !== asked
            ? (
              <div class="pad">
                <Skeleton lines={16} />
              </div>
            )
            : <NoRuns filtered={typed !== ""} />)}
        </div>
      )}
    </>
  );
}

function Chosen({ runs, onDone }: { readonly runs: readonly RunSummary[]; readonly onDone: () => void }) {
  if (runs.length === 0) return null;
  const each = (list: readonly RunSummary[], act: (run: RunSummary) => Promise<unknown>) => async () => {
    // One after the other: a server that is asked for a hundred starts at once does none of them well.
    for (const run of list) await act(run);
    onDone();
  };
  const act = (
    word: string,
    can: (status: number) => boolean,
    work: (run: RunSummary) => Promise<unknown>,
  ) => {
    const list = runs.filter(({ status }) => can(status));
    return list.length > 0 && (
      <button type="button" class="button" onClick={each(list, work)}>{word} {list.length}</button>
    );
  };
  return (
    <div class="chosen-bar" role="toolbar" aria-label="Selected runs">
      <b>{runs.length} selected</b>
      {runs.length === 2 && runs[0].name === runs[1].name && (
        <a class="button" href={href(to.compare(runs[0].name, runs[0].dagRunId, runs[1].dagRunId))}>
          Compare
        </a>
      )}
      {act("Retry", canRetry, retryRun)}
      {act("Stop", canStop, stopRun)}
      {act("Dequeue", canDequeue, dequeueRun)}
      <button type="button" class="button button-quiet" onClick={onDone}>Nothing</button>
    </div>
  );
}

function NoRuns({ filtered }: { readonly filtered: boolean }) {
  return filtered
    ? (
      <Empty title="No run fits">
        <button type="button" class="link" onClick={() => setQuery({ q: "" }, false)}>Show all</button>
      </Empty>
    )
    : (
      <Empty title="Nothing ran yet">
        <p>Start a workflow, and its run is here.</p>
      </Empty>
    );
}
