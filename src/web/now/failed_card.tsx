/** A workflow that fails: why, the last lines that it said, and what to do about it. */
import { useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { Log } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { ShortId } from "../parts/short_id.tsx";
import { plainText } from "../log/sgr.ts";
import { RunState } from "../parts/state_mark.tsx";
import { Age, Duration } from "../parts/time.tsx";
import { useResource } from "../resource.ts";
import { href } from "../router.ts";
import { canRetry, retryRun, stepPath } from "../run_actions.ts";
import type { Failing } from "./failing.ts";
import { markSeen } from "./seen.ts";

export function FailedCard({ failing }: { readonly failing: Failing }) {
  const { run, inRow } = failing;
  const [busy, setBusy] = useState(false);
  const { reason } = run;
  const retry = async () => {
    setBusy(true);
    await retryRun(run);
    setBusy(false);
  };
  return (
    <article class="need" data-row>
      <header class="need-head">
        <RunState status={run.status} statusLabel={run.statusLabel} />
        <a class="need-name cut" href={href(to.run(run.name, run.dagRunId))} data-open>{run.name}</a>
        <span class="need-facts">
          <Age at={run.finishedAt} ago />
          <span>
            after <Duration ms={run.durationMs} />
          </span>
          {inRow > 1 && <span class="chip">{inRow}{inRow >= 20 ? "+" : ""} times in a row</span>}
          {run.params ? <span class="cut mono">{run.params}</span> : <ShortId id={run.dagRunId} />}
        </span>
        <span class="need-actions">
          {canRetry(run.status) && (
            <button type="button" class="button" disabled={busy} onClick={retry} data-key="R">
              <Icon name="retry" /> Retry
            </button>
          )}
          <button
            type="button"
            class="button button-quiet"
            onClick={() => markSeen([run.dagRunId])}
            data-key="x"
          >
            <Icon name="check" /> Seen
          </button>
        </span>
      </header>
      <p class="need-why">
        {reason
          ? (
            <>
              <b>{reason.step}</b> {lastOf(reason.error)}
              {reason.exitCode > 0 && !reason.error.includes("exit") && ` (exit code ${reason.exitCode})`}
            </>
          )
          : run.error ?? "It did not say why."}
      </p>
      {reason && <LastLines name={run.name} dagRunId={run.dagRunId} step={reason.step} />}
    </article>
  );
}

const LINES = 3;

function LastLines(
  { name, dagRunId, step }: { readonly name: string; readonly dagRunId: string; readonly step: string },
) {
  const path = `${stepPath({ name, dagRunId }, step)}/log?tail=${LINES}&stream=`;
  const stderr = useResource<Log>(`${path}stderr`);
  const silent = stderr.data !== undefined && stderr.data.content.trim() === "";
  const stdout = useResource<Log>(silent ? `${path}stdout` : null);
  const log = silent ? stdout.data : stderr.data;
  const first = log?.firstLine ?? 1;
  const lines = (log?.content ?? "").trimEnd().split("\n").map(plainText);
  return (
    <a
      class="need-log"
      href={href(to.run(name, dagRunId, { step, line: first + lines.length - 1 }))}
      title="Open the log at this line"
    >
      <pre>{lines.join("\n") || " "}</pre>
    </a>
  );
}

/** An error may come with all that surrounds it; the last line says what it was. */
function lastOf(error: string): string {
  return error.trim().split("\n").at(-1) ?? "";
}
