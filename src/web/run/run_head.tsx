/** The first lines of a run: what it is, how it went, and what can be done with it. */
import type { RunDetails } from "../api/types.ts";
import { to } from "../addresses.ts";
import { go, href } from "../router.ts";
import { Icon } from "../parts/icon.tsx";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { copyText } from "../parts/copy.ts";
import { ShortId } from "../parts/short_id.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { Age, Duration, Moment } from "../parts/time.tsx";
import { apiAddress } from "../api/http.ts";
import { mayRun } from "../session.ts";
import { commandLine } from "./command_line.ts";
import {
  canDequeue,
  canRetry,
  canStop,
  dequeueRun,
  retryRun,
  retryStep,
  runPath,
  type RunPlace,
  startSame,
} from "../run_actions.ts";
import { goesOn, hasEnded } from "./run_state.ts";
import { RunStatus } from "../../core/status.ts";
import type { ComponentChildren } from "preact";

export interface RunHeadProps {
  readonly run: RunDetails;
  readonly place: RunPlace;
  /** Step that is chosen; "" for none. */
  readonly step: string;
  readonly onStop: () => void;
  readonly onState: () => void;
}

export function RunHead({ run, place, step, onStop, onState }: RunHeadProps) {
  const queued = run.status === RunStatus.Queued;
  return (
    <header class="run-head">
      <div class="run-title">
        <h1>
          <RunState status={run.status} word />
          <a href={href(to.workflow(run.name))}>{run.name}</a>
        </h1>
        <ShortId id={run.dagRunId} />
      </div>
      <dl class="run-facts">
        <Fact name={queued ? "Queued" : "Started"}>
          <Moment at={queued ? run.queuedAt : run.startedAt} />{" "}
          <span class="quiet">
            <Age at={queued ? run.queuedAt : run.startedAt} />
          </span>
        </Fact>
        <Fact name="Took">
          <Duration ms={run.durationMs} since={goesOn(run) ? run.startedAt : undefined} />
        </Fact>
        {run.trigger && <Fact name="Begun by">{run.trigger}</Fact>}
        {run.progress && goesOn(run) && <Fact name="Done">{run.progress.done} of {run.progress.steps}</Fact>}
        {run.workerId && run.workerId !== "local" && <Fact name="Worker">{run.workerId}</Fact>}
        {run.parentDAGRunName && <Fact name="Part of">{run.parentDAGRunName}</Fact>}
        {run.params && (
          <Fact name="Parameters" wide>
            <code title={run.params}>{run.params}</code>
          </Fact>
        )}
      </dl>
      <div class="run-acts">
        {canStop(run.status) && (
          <button type="button" class="button button-danger" onClick={onStop} title="Stop (.)">
            <Icon name="stop" />Stop
          </button>
        )}
        {canDequeue(run.status) && (
          <button
            type="button"
            class="button"
            onClick={() => void dequeueRun(place)}
          >
            <Icon name="close" />Take out of the line
          </button>
        )}
        {canRetry(run.status) && (
          <button
            type="button"
            class="button"
            onClick={() => void retryRun(place)}
            title="Retry (R)"
          >
            <Icon name="retry" />Retry
          </button>
        )}
        <Menu
          label="More for this run"
          button={<Icon name="more" />}
          items={moreItems(run, place, step, onState)}
        />
      </div>
    </header>
  );
}

function Fact(
  { name, wide = false, children }: {
    readonly name: string;
    readonly wide?: boolean;
    readonly children: ComponentChildren;
  },
) {
  return (
    <div class={wide ? "fact fact-wide" : "fact"}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function moreItems(
  run: RunDetails,
  place: RunPlace,
  step: string,
  onState: () => void,
): (MenuItem | null)[] {
  const again = canRetry(run.status);
  const ended = hasEnded(run) ? {} : { disabled: "The run goes on" };
  return [
    again && step !== ""
      ? { text: `Retry from ${step}`, run: () => void retryStep(place, step, true) }
      : null,
    again && step !== ""
      ? { text: `Retry only ${step}`, run: () => void retryStep(place, step, false) }
      : null,
    mayRun() ? { text: "Start the same again", run: () => void startSame(place) } : null,
    mayRun() && step !== "" ? { text: `Set the state of ${step}…`, run: onState, ...ended } : null,
    { text: "Compare with another run", run: () => go(to.compare(place.name, place.dagRunId)), key: "c" },
    { text: "Copy as command line", run: () => void copyText(commandLine(run), "The command line") },
    { text: "Copy the id", run: () => void copyText(run.dagRunId, "The id") },
    {
      text: "Download the logs",
      run: () => location.assign(apiAddress(`${runPath(place)}/logs`)),
    },
  ];
}
