/** Queues runs for times of the past at which the schedule was due. */
import { useEffect, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import { post } from "../api/http.ts";
import type { BackfillPlan } from "../api/types.ts";
import { Skeleton } from "../parts/blank.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { toast } from "../parts/toast.tsx";
import { useResource } from "../resource.ts";
import { href } from "../router.ts";
import { fieldTime, instant, momentText } from "../text/moment.ts";
import { after } from "../timers.ts";
import { dagPath } from "../workflow_actions.ts";

interface BackfillProps {
  readonly file: string;
  readonly name: string;
  readonly takesParams: boolean;
  readonly onClose: () => void;
}

const WEEK_MS = 7 * 86_400_000;
const PAUSE_MS = 250;

export function BackfillDialog({ file, name, takesParams, onClose }: BackfillProps) {
  const [range, setRange] = useState(() => ({
    from: fieldTime(Date.now() - WEEK_MS),
    until: fieldTime(Date.now()),
  }));
  const [asked, setAsked] = useState(range);
  const [params, setParams] = useState("");
  useEffect(() => after(PAUSE_MS, () => setAsked(range)), [range]);
  const given = rangeOf(asked);
  const path = `${dagPath(file)}/backfill`;
  const plan = useResource<BackfillPlan>(given && `${path}?${new URLSearchParams(given)}`);
  const left = plan.data?.fires.filter(({ ran }) => !ran).length ?? 0;
  const submit = async () => {
    const wanted = rangeOf(range);
    if (!wanted) return;
    const { queued } = await post<{ queued: number }>(path, {
      ...wanted,
      ...(params === "" ? {} : { params }),
    });
    toast(queued === 1 ? "One run stands in line" : `${queued} runs stand in line`, "ok", {
      href: href(to.queues()),
      text: "Queues",
    });
  };
  const field = (label: string, key: "from" | "until") => (
    <label class="field">
      {label}
      <input
        type="datetime-local"
        required
        autofocus={key === "from"}
        value={range[key]}
        onInput={(event) => setRange({ ...range, [key]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <FormDialog
      title={`Backfill ${name}`}
      action={left > 0 ? `Queue ${left === 1 ? "one run" : `${left} runs`}` : "Queue"}
      disabled={left === 0}
      onSubmit={submit}
      onClose={onClose}
    >
      <p class="quiet">
        Each time at which the schedule was due gets a run, unless there is one. They run one after the other,
        the oldest first.
      </p>
      <div class="field-pair">
        {field("From", "from")}
        {field("Until", "until")}
      </div>
      {takesParams && (
        <label class="field">
          Parameters
          <input
            class="mono"
            spellcheck={false}
            placeholder="DAY={date}"
            value={params}
            onInput={(event) => setParams(event.currentTarget.value)}
          />
          <span class="field-help">
            <code>{"{date}"}</code> stands for the day of each run, <code>{"{time}"}</code>{" "}
            for its time. Left empty, it runs with its defaults.
          </span>
        </label>
      )}
      {plan.error
        ? <p class="problem" role="alert">{plan.error.message}</p>
        : plan.data
        ? <Times name={name} fires={plan.data.fires} left={left} />
        : <Skeleton lines={3} />}
    </FormDialog>
  );
}

function Times(
  { name, fires, left }: {
    readonly name: string;
    readonly fires: BackfillPlan["fires"];
    readonly left: number;
  },
) {
  if (fires.length === 0) return <p>It was not due in that time.</p>;
  return (
    <>
      <p>
        {fires.length === 1 ? "One time" : `${fires.length} times`}
        {left < fires.length && `, ${fires.length - left} of them with a run`}
      </p>
      <ul class="backfill-times" tabIndex={0} aria-label="Times">
        {fires.map(({ at, dagRunId, ran }) => (
          <li key={dagRunId} class={ran ? "quiet" : undefined}>
            <time dateTime={at}>{momentText(instant(at), Date.now())}</time>
            {ran && <a href={href(to.run(name, dagRunId))}>has a run</a>}
          </li>
        ))}
      </ul>
    </>
  );
}

function rangeOf({ from, until }: { readonly from: string; readonly until: string }) {
  const [a, b] = [new Date(from), new Date(until)];
  if (Number.isNaN(a.getTime()) || Number.isNaN(b.getTime())) return null;
  return { from: a.toISOString(), until: b.toISOString() };
}
