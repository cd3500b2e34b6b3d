/** The log of the step that is chosen. */
import { useEffect, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { RunNode } from "../api/types.ts";
import { useKeys } from "../keys.ts";
import { get } from "../api/http.ts";
import { LOG_VIEWS, type LogShown } from "../log/api_source.ts";
import { LogView } from "../log/log_view.tsx";
import { Empty, Skeleton } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { NodeState } from "../parts/state_mark.tsx";
import { NodeStatus } from "../../core/status.ts";
import { href, place as shown, setQuery } from "../router.ts";
import { type RunPlace, stepPath } from "../run_actions.ts";
import { commandText } from "./run_state.ts";
import { StepFacts } from "./step_facts.tsx";

export interface LogPanelProps {
  readonly place: RunPlace;
  readonly attempt: string;
  readonly node: RunNode;
  /** On a page of its own. */
  readonly full?: boolean;
}

/** Line and stream stand in the address; without a stream there the panel chooses. */
export function LogPanel({ place, attempt, node, full = false }: LogPanelProps) {
  const { query } = shown.value;
  const line = Number(query.get("line") ?? 0);
  const merged = node.stdout !== "" && node.stdout === node.stderr;
  const [about, setAbout] = useState(false);
  useKeys([{ key: "i", does: "What the step executes", run: () => setAbout(!about) }], [about]);
  const chosen = useStream(place, node, query.get("stream") ?? "", merged);
  if (node.stdout === "" && node.status !== NodeStatus.Running) {
    return <StepText node={node} />;
  }
  if (chosen === null) return <Skeleton lines={6} />;
  const live = node.status === NodeStatus.Running || node.status === NodeStatus.NotStarted;
  return (
    <LogView
      place={{ subRunId: "", ...place, step: node.step.name, stream: chosen }}
      attempt={`${attempt} ${node.stdout}`}
      live={live}
      line={line}
      onLine={(to) => setQuery({ step: node.step.name, line: to === 0 ? null : String(to), stream: chosen })}
      tail={!full && !place.subRunId && (
        <a
          class="icon-button"
          href={href(
            to.log(place.name, place.dagRunId, { step: node.step.name, ...(line > 0 ? { line } : {}) }),
          )}
          title="On a page of its own (l)"
          aria-label="The log on a page of its own"
        >
          <Icon name="expand" />
        </a>
      )}
      about={about && <StepFacts node={node} />}
    >
      <span class="log-step">
        <NodeState status={node.status} />
        <b class="cut" title={commandText(node)}>{node.step.name}</b>
        <button
          type="button"
          class="icon-button"
          aria-expanded={about}
          title="What it executes (i)"
          aria-label="About this step"
          onClick={() => setAbout(!about)}
        >
          <Icon name="info" />
        </button>
      </span>
      {!merged && (
        <div class="choice" role="group" aria-label="Stream">
          {LOG_VIEWS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === chosen}
              onClick={() => setQuery({ step: node.step.name, stream: one, line: null })}
            >
              {one}
            </button>
          ))}
        </div>
      )}
    </LogView>
  );
}

/** What a step that wrote nothing would do, or why it did not. */
function StepText({ node }: { readonly node: RunNode }) {
  const command = commandText(node);
  return (
    <div class="step-text">
      <h2>
        <NodeState status={node.status} word />
        <span class="cut">{node.step.name}</span>
      </h2>
      {node.error && <p class="mono run-error">{node.error}</p>}
      {(node.step.preconditions ?? []).filter(({ error }) => error).map(({ condition, error }) => (
        <p key={condition}>
          <code>{condition}</code>: {error}
        </p>
      ))}
      {command === "" ? <Empty title="It wrote nothing" /> : <pre>{command}</pre>}
    </div>
  );
}

/** Both streams where there are errors; else what it wrote. */
function useStream(place: RunPlace, node: RunNode, given: string, merged: boolean): LogShown | null {
  const [chosen, setChosen] = useState<{ readonly key: string; readonly stream: LogShown } | null>(null);
  const path = stepPath(place, node.step.name);
  const key = `${path} ${node.stderr}`;
  const wanted = given === "" && !merged && node.stderr !== "";
  useEffect(() => {
    if (!wanted) return;
    let asked = true;
    const choose = (stream: LogShown) => asked && setChosen({ key, stream });
    get<{ totalLines: number }>(`${path}/log?stream=stderr&tail=1`)
      .then(({ totalLines }) => choose(totalLines > 0 ? "both" : "stdout"), () => choose("stdout"));
    return () => void (asked = false);
  }, [key, wanted]);
  const view = LOG_VIEWS.find((one) => one === given);
  if (view) return view;
  if (!wanted) return "stdout";
  return chosen?.key === key ? chosen.stream : null;
}
