/** The log of one step, on a page of its own. */
import { to } from "../addresses.ts";
import { useKeys } from "../keys.ts";
import { Failure, Skeleton } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { go, href, place as shown, setQuery } from "../router.ts";
import type { PageProps } from "../page_props.ts";
import { LogPanel } from "../run/log_panel.tsx";
import { stepOfInterest } from "../run/run_state.ts";
import { useRun } from "../run/run_store.ts";
import { useTitle } from "../title.ts";

export function Page({ params }: PageProps) {
  const [name, id] = [params.name ?? "", params.id ?? ""];
  const store = useRun(name, id);
  const run = store.run.value;
  const { query } = shown.value;
  const nodes = store.nodes.value.map(({ node }) => node.value);
  const step = query.get("step") ?? stepOfInterest(nodes, run?.reason?.step);
  useTitle(`${step} of ${name}`);
  const names = nodes.map((node) => node.step.name);
  const move = (by: number) => {
    const next = names[names.indexOf(step) + by];
    if (next !== undefined) setQuery({ step: next, line: null, stream: null });
  };
  const back = to.run(name, id, { step });
  useKeys([
    { key: "j", does: "Log of the next step", run: () => move(1) },
    { key: "k", does: "Log of the step before", run: () => move(-1) },
    { key: "Escape", does: "Back to the run", run: () => go(back) },
  ], [step, names.length]);
  if (!run) {
    const { value } = store.error;
    return value ? <Failure error={value} again={() => void store.read()} /> : <Skeleton lines={20} />;
  }
  const node = store.node(step) ?? nodes[0];
  return (
    <div class="log-page">
      <header class="log-page-head">
        <a class="icon-button" href={href(back)} title="Back to the run (Esc)" aria-label="Back to the run">
          <Icon name="left" />
        </a>
        <h1>
          <RunState status={run.status} />
          <a href={href(back)}>{name}</a>
        </h1>
        <select
          class="input"
          aria-label="Step"
          value={step}
          onChange={(event) => setQuery({ step: event.currentTarget.value, line: null, stream: null })}
        >
          {names.map((one) => <option key={one} value={one}>{one}</option>)}
        </select>
      </header>
      <section class="panel run-log" aria-label="Log">
        {node && (
          <LogPanel
            full
            place={{ name, dagRunId: run.dagRunId }}
            attempt={run.attemptId ?? ""}
            node={node}
          />
        )}
      </section>
    </div>
  );
}
