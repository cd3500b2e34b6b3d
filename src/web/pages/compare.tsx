/** Two runs of a workflow: how they ended, what they were given, which steps took longer. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { to } from "../addresses.ts";
import type { RunDetails } from "../api/types.ts";
import { byDifference, type ParamPair, paramPairs, stepPairs } from "../compare/compare.ts";
import { RunChoice } from "../compare/run_choice.tsx";
import { Longer, StepTimes } from "../compare/step_times.tsx";
import { DiffView } from "../diff/diff_view.tsx";
import { useKeys } from "../keys.ts";
import { Empty, Failure, Skeleton } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { RunReason } from "../parts/run_reason.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { Age, Duration, Moment } from "../parts/time.tsx";
import { useResource } from "../resource.ts";
import { go, href, place, setQuery } from "../router.ts";
import type { PageProps } from "../page_props.ts";
import { runPath } from "../run_actions.ts";
import { useNamesakes } from "../run/neighbours.ts";
import { useTitle } from "../title.ts";

interface Answer {
  readonly dagRunDetails: RunDetails;
}

export function Page({ params }: PageProps) {
  const [name, id] = [params.name ?? "", params.id ?? ""];
  useTitle(`Two runs of ${name}`);
  const known = useNamesakes(name);
  const runs = known ?? [];
  const other = place.value.query.get("with") ?? runs[
    runs.findIndex((run) => run.dagRunId === id) + 1
  ]?.dagRunId ?? "";
  useKeys([{ key: "Escape", does: "Back to the run", run: () => go(to.run(name, id)) }], [name, id]);
  return (
    <>
      <PageHead title={`Two runs of ${name}`}>
        <RunChoice
          label="Before"
          runs={runs}
          chosen={other}
          onChoose={(chosen) => setQuery({ with: chosen })}
        />
        <RunChoice
          label="After"
          runs={runs}
          chosen={id}
          onChoose={(chosen) => go(to.compare(name, chosen, other), { replace: true })}
        />
      </PageHead>
      {other !== ""
        ? <Pair key={`${other}/${id}`} name={name} before={other} after={id} />
        : known
        ? <Alone name={name} id={id} />
        : <Skeleton lines={14} />}
    </>
  );
}

function Alone({ name, id }: { readonly name: string; readonly id: string }) {
  return (
    <div class="panel">
      <Empty title="There is no other run">
        <p>
          <a href={href(to.run(name, id))}>This run</a> is the only one of {name}.
        </p>
      </Empty>
    </div>
  );
}

function Pair(
  { name, before, after }: { readonly name: string; readonly before: string; readonly after: string },
) {
  const [a, b] = [before, after].map((dagRunId) => runPath({ name, dagRunId }));
  const old = useResource<Answer>(a);
  const now = useResource<Answer>(b);
  const error = old.error ?? now.error;
  if (error) return <Failure error={error} />;
  if (!old.data || !now.data) return <Skeleton lines={14} />;
  const [first, second] = [old.data.dagRunDetails, now.data.dagRunDetails];
  return (
    <div class="compare">
      <Facts name={name} before={first} after={second} />
      <Steps name={name} before={first} after={second} />
      <Definitions before={a} after={b} />
    </div>
  );
}

interface BothProps {
  readonly name: string;
  readonly before: RunDetails;
  readonly after: RunDetails;
}

function Facts({ name, before, after }: BothProps) {
  const params = paramPairs(before.params ?? "", after.params ?? "");
  const both = before.durationMs !== undefined && after.durationMs !== undefined;
  const row = (label: string, show: (run: RunDetails) => ComponentChildren, beside?: ComponentChildren) => (
    <tr>
      <th scope="row">{label}</th>
      <td>{show(before)}</td>
      <td>{show(after)} {beside}</td>
    </tr>
  );
  return (
    <section class="panel table-scroll" aria-label="Both runs">
      <table class="table compare-facts">
        <thead>
          <tr>
            <td />
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {row("State", (run) => (
            <a href={href(to.run(name, run.dagRunId))}>
              <RunState status={run.status} word />
            </a>
          ))}
          {row("Started", ({ startedAt }) => (
            <>
              <Moment at={startedAt} />{" "}
              <span class="quiet">{startedAt !== "" && <Age at={startedAt} ago />}</span>
            </>
          ))}
          {row(
            "Took",
            (run) => <Duration ms={run.durationMs} since={run.startedAt} />,
            both && <Longer beforeMs={before.durationMs} longerMs={after.durationMs! - before.durationMs!} />,
          )}
          {row("Begun by", ({ trigger }) => trigger || "–")}
          {(before.reason ?? after.reason) &&
            row("Failed", (run) =>
              run.reason
                ? (
                  <span class="compare-why">
                    <RunReason run={run} />
                  </span>
                )
                : "–")}
          {params.map((pair) => <Param key={pair.name} pair={pair} />)}
        </tbody>
      </table>
    </section>
  );
}

function Param({ pair: { name, before, after } }: { readonly pair: ParamPair }) {
  const shown = (value: string | undefined) =>
    value === undefined ? <span class="quiet">not given</span> : <code>{value}</code>;
  return (
    <tr class={before === after ? undefined : "compare-differs"}>
      <th scope="row">{name}</th>
      <td>{shown(before)}</td>
      <td>{shown(after)}</td>
    </tr>
  );
}

function Steps({ name, before, after }: BothProps) {
  const pairs = useMemo(() => stepPairs(before.nodes, after.nodes), [before, after]);
  const ordered = place.value.query.get("by") === "difference";
  const shown = useMemo(() => ordered ? byDifference(pairs) : pairs, [pairs, ordered]);
  return (
    <section class="panel" aria-label="Steps">
      <header class="panel-head">
        <h2>Steps</h2>
        <div class="choice" role="group" aria-label="Order">
          <button type="button" aria-pressed={!ordered} onClick={() => setQuery({ by: null })}>
            As defined
          </button>
          <button type="button" aria-pressed={ordered} onClick={() => setQuery({ by: "difference" })}>
            By difference
          </button>
        </div>
      </header>
      <StepTimes pairs={shown} name={name} before={before.dagRunId} after={after.dagRunId} />
    </section>
  );
}

function Definitions({ before, after }: { readonly before: string; readonly after: string }) {
  const old = useResource<{ spec: string }>(`${before}/spec`);
  const now = useResource<{ spec: string }>(`${after}/spec`);
  const [a, b] = [old.data?.spec, now.data?.spec];
  return (
    <section class="panel" aria-label="Definition">
      <header class="panel-head">
        <h2>Definition</h2>
        {a !== undefined && a === b && <span class="quiet">the same in both runs</span>}
      </header>
      {a !== undefined && b !== undefined && a !== b && <DiffView before={a} after={b} />}
    </section>
  );
}
