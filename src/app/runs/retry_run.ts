/** `retry`: a further attempt of a run. */
import { launchRetry } from "../../agent/launch.ts";
import type { RunObserver } from "../../agent/agent_ports.ts";
import type { Config } from "../../config/config.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { RetryPoint } from "../../core/retry_plan.ts";
import type { RunEnd } from "../app.ts";
import { carryOut } from "./carry_out.ts";
import { findRun, settled } from "./find_run.ts";
import { openServices, type Services } from "../services.ts";

export async function retryRun(
  config: Config,
  options: { dag: string; runId: string; point: RetryPoint; workerId: string; observer: RunObserver },
): Promise<RunEnd> {
  const services = openServices(config);
  const stored = await settled(services, await findRun(services, options.dag, options.runId, "retry"));
  return await retryStored(services, stored, options);
}

/** A further attempt of a run that was found. */
export async function retryStored(
  services: Services,
  stored: StoredRun,
  options: { point: RetryPoint; workerId: string; observer: RunObserver; fromQueue?: boolean },
): Promise<RunEnd> {
  const { workerId, fromQueue } = options;
  const { ports, close } = services.agent(workerId, { fromQueue });
  try {
    const { record } = stored;
    const snapshot = await services.runs.snapshotToRun(stored);
    const { dag } = snapshot;
    const lineage = { root: record.root, parent: record.parent, locals: dag.localDags, depth: 0 };
    const agent = await launchRetry(stored, snapshot, options.point, lineage, ports);
    return await carryOut(services, agent, ports.socket, dag.histRetentionDays, options.observer);
  } finally {
    await close();
  }
}
