/** The first lines of a workflow: how it stands, when it runs next, and what can be done with it. */
import { to, WORKFLOW_TABS, type WorkflowTab } from "../addresses.ts";
import { post } from "../api/http.ts";
import type { DagDetails, RunDetails } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { RunState, StateMark } from "../parts/state_mark.tsx";
import { Until } from "../parts/time.tsx";
import { attempt } from "../parts/toast.tsx";
import { useResource } from "../resource.ts";
import { href } from "../router.ts";
import { mayRun, mayWrite } from "../session.ts";
import { scheduleWords } from "../text/schedule_words.ts";

export interface WorkflowHeadProps {
  readonly file: string;
  readonly dag: DagDetails;
  readonly latest: RunDetails;
  readonly suspended: boolean;
  readonly broken: boolean;
  readonly tab: WorkflowTab;
  readonly onStart: () => void;
  readonly onBackfill: () => void;
  readonly onRename: () => void;
  readonly onDelete: () => void;
  readonly changed: () => void;
}

const NAMES: Readonly<Record<WorkflowTab, string>> = {
  runs: "Runs",
  graph: "Graph",
  definition: "Definition",
  settings: "Settings",
};

export function WorkflowHead(props: WorkflowHeadProps) {
  const { file, dag, latest, suspended, broken, tab, onStart } = props;
  const path = `/dags/${encodeURIComponent(file)}`;
  const scheduled = (dag.schedule ?? []).length > 0;
  const suspend = async () => {
    const done = suspended ? `The schedule of ${file} goes on` : `The schedule of ${file} is suspended`;
    if (await attempt(done, () => post(`${path}/suspend`, { suspend: !suspended }))) props.changed();
  };
  return (
    <>
      <header class="run-head">
        <div class="run-title">
          <h1>
            {broken
              ? <StateMark tone="bad" label="Cannot be used" word />
              : latest.dagRunId !== "" && <RunState status={latest.status} />}
            {dag.name}
          </h1>
        </div>
        <div class="flow-about">
          {scheduled && <Schedule dag={dag} suspended={suspended} />}
          {suspended && <span class="chip chip-wait">suspended</span>}
          {(dag.tags ?? []).map((tag) => (
            <a key={tag} class="chip" href={href(to.workflows({ tag }))}>{tag}</a>
          ))}
          {dag.description && <span class="quiet cut" title={dag.description}>{dag.description}</span>}
        </div>
        <div class="run-acts">
          {mayRun() && (
            <button
              type="button"
              class="button button-main"
              disabled={broken}
              title="Start (s)"
              onClick={onStart}
            >
              <Icon name="play" />Start
            </button>
          )}
          <Menu
            label="More for this workflow"
            button={<Icon name="more" />}
            items={[
              mayRun()
                ? {
                  text: suspended ? "Let the schedule go on" : "Suspend the schedule",
                  run: () => void suspend(),
                }
                : null,
              mayRun() && scheduled && !broken ? { text: "Backfill…", run: props.onBackfill } : null,
              mayRun()
                ? {
                  text: "Stop all its runs",
                  run: () => void attempt("Its runs were asked to end", () => post(`${path}/stop-all`)),
                }
                : null,
              mayWrite() ? { text: "Rename…", run: props.onRename } : null,
              mayWrite() ? { text: "Delete…", run: props.onDelete, danger: true } : null,
            ]}
          />
        </div>
      </header>
      <nav class="tabs" aria-label="Views">
        {WORKFLOW_TABS.map((one) => (
          <a key={one} href={href(to.workflow(file, one))} aria-current={one === tab ? "page" : undefined}>
            {NAMES[one]}
          </a>
        ))}
      </nav>
    </>
  );
}

function Schedule({ dag, suspended }: { readonly dag: DagDetails; readonly suspended: boolean }) {
  const { data } = useResource<{ fires: readonly { at: string; kind: string }[] }>(
    `/schedule?name=${encodeURIComponent(dag.name)}&count=1`,
    { on: ({ type }) => type === "dags", everyMs: 60_000 },
  );
  const next = data?.fires[0]?.at;
  const expressions = (dag.schedule ?? []).map(({ expression }) => expression);
  return (
    <span class="flow-schedule" title={expressions.join("\n")}>
      <Icon name="clock" />
      {expressions.map(scheduleWords).join(", ")}
      {next && !suspended && (
        <span class="quiet">
          next <Until at={next} />
        </span>
      )}
    </span>
  );
}
