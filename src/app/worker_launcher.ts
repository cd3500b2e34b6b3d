/** How services start runs: with agents of this machine, or through the coordinator where a definition asks for that. */
import type { DagStore } from "../ports/dag_store.ts";
import type { RunLauncher } from "../ports/run_launcher.ts";
import { WorkerLauncher } from "../services/scheduler/worker_launcher.ts";
import type { OpenDispatcher } from "./open_dispatcher.ts";
import type { Services } from "./services.ts";

/** @param dags null where new runs that ask for a worker go through a queue anyway */
export function openWorkerLauncher(
  { config, runs }: Services,
  local: RunLauncher,
  dags: DagStore | null,
): WorkerLauncher {
  let open: Promise<OpenDispatcher> | null = null;
  const dispatcher = async () => {
    open ??= import("./open_dispatcher.ts").then((module) => module.openDispatcher(config));
    return (await open).dispatcher;
  };
  return new WorkerLauncher({ local, runs, dags, dispatcher });
}
