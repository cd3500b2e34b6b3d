/** Workflows in lines, by groups. */
import { useRef } from "preact/hooks";
import type { DagFile } from "../api/types.ts";
import { Empty } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { useGrowing } from "../parts/use_growing.ts";
import { setQuery } from "../router.ts";
import { grouped, type Sort } from "./workflow_order.ts";
import { WorkflowRow } from "./workflow_row.tsx";

export interface WorkflowTableProps {
  readonly dags: readonly DagFile[];
  readonly sort: Sort;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  /** There are workflows, whatever the filter. */
  readonly some: boolean;
}

/** Rows that are drawn at once. */
const PART = 120;

export function WorkflowTable({ dags, sort, selected, onSelect, some }: WorkflowTableProps) {
  const end = useRef<HTMLDivElement>(null);
  const shown = useGrowing(end, dags.length, PART);
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
  const groups = firstOf(grouped(dags, sort), shown);
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
      <div ref={end} />
    </div>
  );
}

type Group = [group: string, members: DagFile[]];

function firstOf(groups: readonly Group[], count: number): Group[] {
  let left = count;
  return groups.flatMap(([group, members]): Group[] => {
    const part = members.slice(0, left);
    left -= part.length;
    return part.length > 0 ? [[group, part]] : [];
  });
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
