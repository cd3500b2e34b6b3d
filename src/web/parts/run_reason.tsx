/**
 * Why a run failed, in one line: the step and what it said. "exit status 2" says little, so the last line that the
 * step wrote is read for rows that stay in sight.
 */
import { useEffect, useState } from "preact/hooks";
import type { Log, RunSummary } from "../api/types.ts";
import { lastPlainLine } from "../log/sgr.ts";
import { useResource } from "../resource.ts";
import { stepPath } from "../run_actions.ts";
import { after } from "../timers.ts";

/** Rows that fly by are not asked for. */
const STAYS_MS = 120;
const LINES = 3;

export function RunReason({ run }: { readonly run: RunSummary }) {
  const { reason } = run;
  const error = reason?.error.trim().split("\n").at(-1) ?? "";
  const [stays, setStays] = useState(false);
  useEffect(() => after(STAYS_MS, () => setStays(true)), []);
  const bare = /^exit status \d+$/.test(error);
  const path = `${stepPath(run, reason?.step ?? "")}/log?stream=stderr&tail=${LINES}`;
  const log = useResource<Log>(reason && bare && stays ? path : null);
  if (!reason) return <>{run.error}</>;
  const said = lastPlainLine(log.data?.content ?? "").trim();
  return (
    <>
      <b>{reason.step}</b> {said || error}
    </>
  );
}
