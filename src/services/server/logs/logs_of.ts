/** Where the logs of a run may stand: in the folders of the engine, and in the one that its definition names. */
import type { StoredRun } from "../../../ports/run_store.ts";
import { logDirOf } from "../../../stores/file/runs/run_place.ts";
import type { ServerContext } from "../context.ts";
import type { LogReader } from "./log_reader.ts";

/** A reader of what the run's record names; the definition is looked at only when something of it stands elsewhere. */
export async function logsOf(
  { logs, runs }: Pick<ServerContext, "logs" | "runs">,
  run: StoredRun,
): Promise<LogReader> {
  const { log, nodes, handlers } = run.record;
  const states = [...nodes, ...Object.values(handlers)].map((node) => node.state);
  const named = [log, ...states.flatMap(({ stdout, stderr }) => [stdout, stderr])];
  if (named.every((path) => path === "" || logs.covers(path))) return logs;
  const folder = logDirOf({ dataDir: "", logDir: "" }, await runs.snapshot(run));
  return folder === "" ? logs : logs.alsoIn(folder);
}
