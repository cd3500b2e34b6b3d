/** All workflows: how their last runs went, when the next one comes. */
import { useRef, useState } from "preact/hooks";
import type { DagFile, DagList } from "../api/types.ts";
import { useKeys } from "../keys.ts";
import { BrokenList } from "../now/broken_list.tsx";
import { Loaded } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useRowKeys } from "../parts/row_keys.ts";
import { useResource } from "../resource.ts";
import { place, setQuery } from "../router.ts";
import { mayRun, mayWrite } from "../session.ts";
import { useTitle } from "../title.ts";
import { startWorkflow, suspendWorkflow } from "../workflow_actions.ts";
import { NewWorkflow } from "../workflows/new_workflow.tsx";
import { fitting, SORTS } from "../workflows/workflow_order.ts";
import { WorkflowTable } from "../workflows/workflow_table.tsx";

export function Page() {
  useTitle("Workflows");
  const list = useResource<DagList>("/dags?perPage=1000&recent=20", {
    on: ({ type }) => type === "dags" || type === "run",
    everyMs: 300_000,
  });
  const [making, setMaking] = useState(() => place.value.query.has("new") && mayWrite());
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filter = useRef<HTMLInputElement>(null);
  useRowKeys();
  useKeys([{ key: "/", does: "Filter", run: () => filter.current?.focus() }], []);
  const close = () => {
    setMaking(false);
    setQuery({ new: null });
  };
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
            <WorkflowTable
              dags={fitting(dags, text, tag)}
              sort={sort}
              selected={selected}
              onSelect={setSelected}
              some={dags.length > 0}
            />
          </>
        )}
      </Loaded>
      {making && <NewWorkflow onClose={close} />}
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
