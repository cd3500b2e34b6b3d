/** The other end of the agent pool: takes runs, one after the other, from whoever started this process. */
import type { RunObserver } from "../../agent/agent_ports.ts";
import type { Config } from "../../config/config.ts";
import { DaguError, messageOf, TakenError } from "../../core/errors.ts";
import { RETRY_FAILED } from "../../core/retry_plan.ts";
import { outputsOf } from "../../core/run.ts";
import { RunStatus, runStatusName } from "../../core/status.ts";
import { mayLoop } from "../../platform/sandbox/sandbox_worker.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { ContinueRequest, LaunchRequest } from "../../ports/run_launcher.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { FromAgent } from "../../services/agents/protocol.ts";
import type { AgentPart } from "../../services/remote_runs/run_part.ts";
import type { RunEnd } from "../app.ts";
import { settled } from "../runs/find_run.ts";
import { AgentInbox } from "./agent_inbox.ts";
import { rehearse } from "./rehearsal.ts";
import { openServices, type Services } from "../services.ts";

const IDLE_MS = 100;

export interface AgentExecOptions {
  /** The next request; null when there will be none. */
  readonly next: () => Promise<string | null>;
  readonly say: (line: FromAgent) => void;
}

/**
 * Resolves when nothing more comes, or when this process had better take nothing more. A run that was begun is finished
 * whether anybody listens or not.
 */
export async function agentExec(config: Config, { next, say }: AgentExecOptions): Promise<void> {
  await loadAll();
  const inbox = new AgentInbox(next);
  say({ say: "ready" });
  const first = inbox.next();
  if (await isIdle(first)) await rehearse(config).catch(() => {});
  for (let request = await first; request !== null; request = await inbox.next()) {
    let began = false;
    const observer: RunObserver = {
      onStart: ({ name, dagRunId }) => {
        began = true;
        say({ say: "began", run: { name, id: dagRunId } });
      },
      onEvent: () => {},
    };
    try {
      const { record } = await carryOutRequest(
        config,
        request,
        observer,
        inbox,
        (part) => say({ say: "part", part }),
      );
      const { status, params, error: problem } = record;
      say({ say: "ended", status, params, outputs: outputsOf(record), problem });
    } catch (error) {
      if (!began) say({ say: "failed", error: messageOf(error), taken: error instanceof TakenError });
      // What may be half done ends with this process: then everybody sees that nobody carries it on.
      if (began || !(error instanceof DaguError)) throw error;
    } finally {
      inbox.onWord = () => {};
    }
    if (mayLoop()) return;
    say({ say: "ready" });
  }
}

/** Whether there is time: agents that are started for a run get it at once. */
async function isIdle(first: Promise<unknown>): Promise<boolean> {
  return await Promise.race([first.then(() => false), systemClock.sleep(IDLE_MS).then(() => true)]);
}

/** What most runs need, so that the first one finds it in place. */
async function loadAll(): Promise<void> {
  await Promise.all([
    import("../runs/start_run.ts"),
    import("../runs/retry_run.ts"),
    import("../../executors/shell/executor.ts"),
    import("../../spec/load.ts"),
  ]);
}

async function carryOutRequest(
  config: Config,
  request: LaunchRequest,
  observer: RunObserver,
  inbox: AgentInbox,
  tell: (part: AgentPart) => void,
): Promise<RunEnd> {
  if (request.kind === "task") {
    const { carryOutTask } = await import("../worker/carry_out_task.ts");
    return await carryOutTask(config, request, observer, inbox, tell);
  }
  const services = openServices(config);
  const workerId = "local";
  switch (request.kind) {
    case "start": {
      const { startRun } = await import("../runs/start_run.ts");
      const params = request.params === null
        ? { kind: "none" as const }
        : { kind: "text" as const, text: request.params };
      const place = { name: "", fromRunId: "", defaultWorkingDir: "" };
      return await startRun(config, {
        ...place,
        dag: request.dag,
        params,
        runId: request.dagRunId,
        workerId,
        trigger: request.trigger,
        observer,
      });
    }
    case "continue": {
      const { retryStored } = await import("../runs/retry_run.ts");
      return await retryStored(services, await toContinue(services, request), {
        point: RETRY_FAILED,
        workerId,
        observer,
        fromQueue: request.trigger === "queue",
      });
    }
    case "retry": {
      const { retryStored } = await import("../runs/retry_run.ts");
      const stored = await settled(services, await existing(services, request));
      return await retryStored(services, stored, { point: request.point, workerId, observer });
    }
    case "restart": {
      const { restartStored } = await import("../runs/restart_run.ts");
      const stored = await existing(services, request);
      return await restartStored(services, stored, {
        runId: request.dagRunId,
        trigger: request.trigger,
        observer,
      });
    }
  }
}

async function existing(services: Services, { run }: Pick<ContinueRequest, "run">): Promise<StoredRun> {
  const stored = await services.runs.find(run.name, run.id);
  if (!stored) {
    throw new DaguError(`Cannot go on with the run "${run.id}" of "${run.name}": it does not exist`);
  }
  return stored;
}

/** A queued run, and one that crashed, goes on once: somebody else may have seen to that meanwhile. */
async function toContinue(services: Services, request: ContinueRequest): Promise<StoredRun> {
  const stored = await existing(services, request);
  const { name, dagRunId, status, resumes } = stored.record;
  if (request.trigger === "queue" ? status !== RunStatus.Queued : !resumes) {
    throw new DaguError(
      `Cannot go on with the run "${dagRunId}" of "${name}": its status is ${runStatusName(status)}`,
    );
  }
  return stored;
}
