/** One workflow: its runs, its graph, its definition, its settings. */
import { useState } from "preact/hooks";
import { to, WORKFLOW_TABS, type WorkflowTab } from "../addresses.ts";
import type { DagDetails, RunDetails } from "../api/types.ts";
import { useKeys } from "../keys.ts";
import { Failure, Skeleton } from "../parts/blank.tsx";
import { type Resource, useResource } from "../resource.ts";
import { go, href, place as shown, setQuery } from "../router.ts";
import type { PageProps } from "../page_props.ts";
import { mayRun } from "../session.ts";
import { useTitle } from "../title.ts";
import { BackfillDialog } from "../workflow/backfill_dialog.tsx";
import { DefinitionTab } from "../workflow/definition_tab.tsx";
import { GraphTab } from "../workflow/graph_tab.tsx";
import { type Grid, RunsTab } from "../workflow/runs_tab.tsx";
import { SettingsTab } from "../workflow/settings_tab.tsx";
import { StartForm } from "../workflow/start_form.tsx";
import { DeleteDialog, RenameDialog } from "../workflow/workflow_dialogs.tsx";
import { WorkflowHead } from "../workflow/workflow_head.tsx";

interface Detail {
  readonly dag: DagDetails;
  readonly latestDAGRun: RunDetails;
  readonly suspended: boolean;
  readonly errors: readonly string[];
}

export function Page({ params }: PageProps) {
  const file = params.file ?? "";
  const tab = WORKFLOW_TABS.find((one) => one === params.tab) ?? "runs";
  const path = `/dags/${encodeURIComponent(file)}`;
  useTitle(file);
  const detail: Resource<Detail> = useResource<Detail>(path, {
    on: ({ type, data }) => type === "dags" || type === "run" && isOf(data, detail.data?.dag.name),
  });
  if (!detail.data) {
    return detail.error ? <Failure error={detail.error} again={detail.reload} /> : <Skeleton lines={12} />;
  }
  return <Workflow file={file} tab={tab} detail={detail.data} changed={() => void detail.reload()} />;
}

function isOf(data: unknown, name: string | undefined): boolean {
  const { run } = data as { readonly run?: { readonly name: string } };
  return run !== undefined && run.name === name;
}

interface WorkflowProps {
  readonly file: string;
  readonly tab: WorkflowTab;
  readonly detail: Detail;
  readonly changed: () => void;
}

function Workflow({ file, tab, detail, changed }: WorkflowProps) {
  const { dag, latestDAGRun: latest, suspended, errors } = detail;
  const { query } = shown.value;
  const [asks, setAsks] = useState<"" | "rename" | "delete">("");
  const grid = useResource<Grid>(`/dags/${encodeURIComponent(file)}/grid`, {
    on: ({ type, data }) => type === "run" && isOf(data, dag.name),
  });
  const start = () => setQuery({ start: "1" }, false);
  useKeys([
    { key: "s", does: "Start", run: () => void (mayRun() && start()) },
    ...WORKFLOW_TABS.map((one, i) => ({
      key: String(i + 1),
      does: `Tab ${one}`,
      run: () => go(to.workflow(file, one)),
    })),
    { key: "Escape", does: "Back to all workflows", run: () => go(to.workflows()) },
  ], [file]);
  return (
    <div class={`flow flow-at-${tab}`}>
      <WorkflowHead
        file={file}
        dag={dag}
        latest={latest}
        suspended={suspended}
        broken={errors.length > 0}
        tab={tab}
        onStart={start}
        onBackfill={() => setQuery({ backfill: "1" }, false)}
        onRename={() => setAsks("rename")}
        onDelete={() => setAsks("delete")}
        changed={changed}
      />
      {errors.length > 0 && tab !== "definition" && (
        <section class="run-problem" aria-label="Why it cannot be used">
          <h2>The definition cannot be used</h2>
          <p class="mono run-error">{errors.join("\n")}</p>
          <div class="run-problem-acts">
            <a class="button" href={href(to.workflow(file, "definition"))}>Mend it</a>
          </div>
        </section>
      )}
      {tab === "runs" && <RunsTab name={dag.name} dag={dag} latest={latest} grid={grid} />}
      {tab === "graph" && <GraphTab dag={dag} latest={latest} />}
      {tab === "definition" && <DefinitionTab key={file} file={file} onSaved={changed} />}
      {tab === "settings" && <SettingsTab file={file} />}
      {query.get("start") && (
        <StartForm
          file={file}
          name={dag.name}
          runs={grid.data?.runs ?? []}
          from={query.get("from") ?? ""}
          onClose={() => setQuery({ start: null, from: null })}
        />
      )}
      {query.get("backfill") && mayRun() && (
        <BackfillDialog
          file={file}
          name={dag.name}
          takesParams={(dag.params ?? []).length > 0}
          onClose={() => setQuery({ backfill: null })}
        />
      )}
      {asks === "rename" && <RenameDialog file={file} onClose={() => setAsks("")} />}
      {asks === "delete" && <DeleteDialog file={file} onClose={() => setAsks("")} />}
    </div>
  );
}
