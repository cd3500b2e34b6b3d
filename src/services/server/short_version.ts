/** How long answers about one run hold. */
import { isActiveRun, RunStatus } from "../../core/status.ts";
import type { RunRecord } from "../../core/run.ts";
import type { ServerContext } from "./context.ts";

/** A change of an old run that nobody tells of, such as one on another host, is seen this much later. */
const HOLD_MS = 1000;

/** Version of answers that come from files which the index is told of. */
export function shortVersion(context: ServerContext): string {
  const version = context.model.version();
  return version && `${version} ${Math.floor(context.clock.now() / HOLD_MS)}`;
}

/** Whether the files of a run change from one moment to the next. */
export function isPassing({ status }: RunRecord): boolean {
  return isActiveRun(status) || status === RunStatus.NotStarted;
}
