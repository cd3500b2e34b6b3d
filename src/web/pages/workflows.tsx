/** All workflows: how their last runs went, when the next one comes. */
import { useRef, useState } from "preact/hooks";
import type { DagFile, DagList } from "../api/types.ts";
import { useKeys } from "../keys.ts";
import { BrokenList } from "../now/broken_list.tsx";
import { Empty, Loaded } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useRowKeys } from "../parts/row_keys.ts";
import { useResource } from "../resource.ts";
import { place, setQuery } from "../router.ts";
import { mayRun, mayWrite } from "../session.ts";
import { useTitle } from "../title.ts";
import { startWorkflow, suspendWorkflow } from "../workflow_actions.ts";
import { NewWorkflow } from "../workflows/new_workflow.tsx";
import { fitting, grouped, type Sort, SORTS } from "../workflows/workflow_order.ts";
import { WorkflowRow } from "../workflows/workflow_row.tsx";

export function Page() {
  useTitle("Workflows");
  const list = useResource<DagList>("/dags?perPage=1000&recent=20", {
    on: ({ type }) => type === "dags" || type === "run",
    everyMs: 300_000,
  });
  const [making, setMaking] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filter = useRef<HTMLInputElement>(null);
  useRowKeys();
  useKeys([{ key: "/", does: "Filter", run: () => filter.current?.focus() }], []);
  const { query } = place.value;
  const text = query.get("q") ?? "", tag = query.get("tag") ?? "";
  const sort = SORTS.find((one) => one === query.get("sort")) ?? "name";
  return (
    <>
      <PageHead title="Workflows">
        <label class="search">
          <Icon name="filter" />
          <input
            ref={filter}
            type="search"
            placeholder="Filter"
            aria-label="Filter workflows"
            value={text}
            onInput={(event) => setQuery({ q: event.currentTarget.value })}
            onKeyDown={leave}
          />
          <kbd>/</kbd>
        </label>
        {mayWrite() && (
          <button type="button" class="button button-main" onClick={() => setMaking(true)}>
            <Icon name="plus" />New
          </button>
        )}
      </PageHead>
      <Loaded of={list} lines={14}>
        {({ dags }) => (
          <>
            <Tags dags={dags} tag={tag} />
            <BrokenList dags={dags} />
            <Chosen
              dags={dags.filter(({ fileName }) => selected.has(fileName))}
              onDone={() => setSelected(new Set())}
            />
            <Table
              dags={fitting(dags, text, tag)}
              sort={sort}
              selected={selected}
              onSelect={setSelected}
              some={dags.length > 0}
            />
          </>
        )}
      </Loaded>
      {making && <NewWorkflow onClose={() => setMaking(false)} />}
    </>
  );
}

function leave(event: KeyboardEvent): void {
  if (event.key === "Escape" || event.key === "Enter") (event.currentTarget as HTMLElement).blur();
}

function Tags({ dags, tag }: { readonly dags: readonly DagFile[]; readonly tag: string }) {
  const tags = [...new Set(dags.flatMap(({ dag }) => dag.tags ?? []))].sort();
  if (tags.length === 0) return null;
  return (
    <div class="tags" role="group" aria-label="Tags">
      {tags.map((one) => (
        <button
          key={one}
          type="button"
          class="chip"
          aria-pressed={one === tag}
          onClick={() => setQuery({ tag: one === tag ? "" : one })}
        >
          {one}
        </button>
      ))}
    </div>
  );
}

/** What can be done to all that are selected. */
function Chosen({ dags, onDone }: { readonly dags: readonly DagFile[]; readonly onDone: () => void }) {
  if (dags.length === 0 || !mayRun()) return null;
  const each = (act: (dag: DagFile) => Promise<unknown>) => Promise.all(dags.map(act)).then(onDone);
  return (
    <div class="chosen-bar" role="toolbar" aria-label="Selected workflows">
      <b>{dags.length} selected</b>
      <button
        type="button"
        class="button"
        onClick={() => each((dag) => startWorkflow({ ...dag, dag: { ...dag.dag, params: [] } }))}
      >
        <Icon name="play" />Start
      </button>
      <button
        type="button"
        class="button"
        onClick={() => each(({ fileName }) => suspendWorkflow(fileName, true))}
      >
        <Icon name="pause" />Suspend
      </button>
      <button
        type="button"
        class="button"
        onClick={() => each(({ fileName }) => suspendWorkflow(fileName, false))}
      >
        <Icon name="clock" />Resume
      </button>
      <button type="button" class="button button-quiet" onClick={onDone}>Nothing</button>
    </div>
  );
}

interface TableProps {
  readonly dags: readonly DagFile[];
  readonly sort: Sort;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  /** There are workflows, whatever the filter. */
  readonly some: boolean;
}

function Table({ dags, sort, selected, onSelect, some }: TableProps) {
  if (dags.length === 0) {
    return some
      ? (
        <Empty title="No workflow fits">
          <button type="button" class="link" onClick={() => setQuery({ q: "", tag: "" })}>Show all</button>
        </Empty>
      )
      : (
        <Empty title="There is no workflow yet">
          <p>Make one here, or put a YAML file into the folder of definitions.</p>
        </Empty>
      );
  }
  const toggle = (file: string) =>
    onSelect(
      selected.has(file)
        ? new Set([...selected].filter((one) => one !== file))
        : new Set([...selected, file]),
    );
  const groups = grouped(dags, sort);
  return (
    <div class="panel">
      <table class="table wf">
        <thead>
          <tr>
            <th class="wf-select">
              <span class="unseen">Selected</span>
            </th>
            <Head by="name" sort={sort} class="wf-name">Name</Head>
            <th class="wf-tags">Tags</th>
            <th class="wf-bars">Last runs</th>
            <Head by="last" sort={sort} class="wf-last">Last</Head>
            <Head by="next" sort={sort} class="wf-next">Next</Head>
            <th class="wf-schedule">Schedule</th>
            <Head by="duration" sort={sort} class="wf-usual right">Usually</Head>
            <th class="wf-actions">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        {groups.map(([group, members]) => (
          <tbody key={group}>
            {groups.length > 1 && (
              <tr class="wf-group">
                <th colSpan={9} scope="rowgroup">{group || "Others"}</th>
              </tr>
            )}
            {members.map((entry) => (
              <WorkflowRow
                key={entry.fileName}
                entry={entry}
                selected={selected.has(entry.fileName)}
                onSelect={() => toggle(entry.fileName)}
                onTag={(tag) => setQuery({ tag })}
              />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Head(
  { by, sort, class: look, children }: {
    readonly by: Sort;
    readonly sort: Sort;
    readonly class: string;
    readonly children: string;
  },
) {
  return (
    <th class={look} aria-sort={sort === by ? "ascending" : undefined}>
      <button type="button" class="sorter" onClick={() => setQuery({ sort: by === "name" ? "" : by })}>
        {children}
        {sort === by && <Icon name="down" />}
      </button>
    </th>
  );
}
