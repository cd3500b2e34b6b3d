/** How services start runs: with agents of this machine, or through the coordinator where a definition asks for that. */
import type { RunLauncher } from "../../ports/run_launcher.ts";
import { WorkerLauncher } from "../../services/scheduler/workers/worker_launcher.ts";
import type { OpenDispatcher } from "../coordinator/open_dispatcher.ts";
import type { Services } from "../services.ts";

export function openWorkerLauncher({ config, runs }: Services, local: RunLauncher): WorkerLauncher {
  let open: Promise<OpenDispatcher> | null = null;
  const dispatcher = async () => {
    open ??= import("../coordinator/open_dispatcher.ts").then((module) => module.openDispatcher(config));
    return (await open).dispatcher;
  };
  return new WorkerLauncher({ local, runs, dispatcher });
}
