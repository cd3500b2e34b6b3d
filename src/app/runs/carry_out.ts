/** Runs an agent to its end in this process: socket, signals, old history. */
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Agent } from "../../agent/agent.ts";
import type { RunObserver } from "../../agent/agent_ports.ts";
import { serveControl } from "../../agent/control.ts";
import { onStopSignals } from "../../platform/process/signals.ts";
import { messageOf } from "../../core/errors.ts";
import type { RunEnd } from "../app.ts";
import type { Services } from "../services.ts";
import { sweepContainers } from "../sweep_containers.ts";

const DAY_MS = 86_400_000;

/**
 * @param socket where the agent listens; "" when it does not
 * @param retentionDays runs of the DAG that began earlier are removed meanwhile; negative keeps all
 */
export async function carryOut(
  services: Services,
  agent: Agent,
  socket: string,
  retentionDays: number,
  observer: RunObserver,
): Promise<RunEnd> {
  let stoppedBy = "";
  observer.onAgent?.(agent);
  const ignoreSignals = onStopSignals((signal) => {
    stoppedBy ||= signal;
    agent.stop(signal);
  });
  // A run goes on without a socket: stop requests then come by file.
  const server = socket === "" ? null : serveControl(socket, agent).catch((error) => {
    agent.journal.log("WARN", "Cannot serve the socket of this run", { error: String(error.message) });
    return null;
  });
  try {
    const { name, dagRunId } = agent.journal.record;
    const stepRuns = new Promise<void>((resolve) =>
      agent.journal.listen((event) => {
        if (event.kind === "node" && event.patch.pgid) resolve();
      })
    );
    const ended = agent.run(observer);
    // While the first step works there is time to spare.
    await Promise.race([stepRuns, ended]);
    await sweepContainers(services).catch((error) =>
      agent.journal.log("WARN", "Cannot remove what killed runs left in containers", {
        error: messageOf(error),
      })
    );
    await removeOld(services, name, retentionDays).catch((error) =>
      agent.journal.log("WARN", "Cannot remove old history", {
        "run-id": dagRunId,
        error: String(error.message),
      })
    );
    await ended;
    return { record: agent.journal.record, stoppedBy };
  } finally {
    ignoreSignals();
    (await server)?.close();
  }
}

export async function removeOld(
  { runs }: Pick<Services, "runs">,
  name: string,
  retentionDays: number,
): Promise<void> {
  if (retentionDays < 0) return;
  await runs.removeBefore(name, systemClock.now() - (retentionDays || 30) * DAY_MS, false);
}
