/** Carries tasks out without the coordinator's folders: all that is needed came along, all that happens is sent. */
import { messageOf } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/ids.ts";
import { readRange } from "../../platform/log_files.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Task, TaskClaim } from "../../ports/task.ts";
import type { TaskSource } from "../../ports/task_source.ts";
import type { AgentPool } from "../agents/agent_pool.ts";
import { RecordSender } from "../remote_runs/record_sender.ts";
import { makeTaskFolder, removeTaskFolder } from "../remote_runs/task_folder.ts";
import type { ServiceLog } from "../scheduler/service_log.ts";
import { resultOf } from "./agent_task_runner.ts";
import { Backoff } from "./retrying.ts";
import type { CleanUp, RunningTaskRun, TaskRunner } from "./task_runner.ts";

export interface RemoteTaskRunnerOptions {
  readonly pool: AgentPool;
  readonly source: TaskSource;
  readonly workerId: string;
  /** For the folders of tasks. */
  readonly root: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: ServiceLog;
  readonly cleanUp: CleanUp;
}

export class RemoteTaskRunner implements TaskRunner {
  readonly #options: RemoteTaskRunnerOptions;

  constructor(options: RemoteTaskRunnerOptions) {
    this.#options = options;
  }

  async start(given: Task, claim: TaskClaim, askedAt: number): Promise<RunningTaskRun> {
    const { files, ...task } = given;
    const { pool, root, workerId, cleanUp } = this.#options;
    const folder = `${root}/${claim.taskId.replace(/[^\w-]/g, "_")}-${claim.epoch}-${claim.attempt}`;
    makeTaskFolder(folder, files);
    const sender = this.#sender(claim);
    try {
      const request = { kind: "task", task, workerId, leasedAt: askedAt, folder } as const;
      const { ended, tell } = await pool.launchTold(request, (part) => sender.take(part));
      await sender.begun.catch((error) => {
        tell({ kind: "signal", signal: "SIGKILL" });
        throw error;
      });
      return {
        ended: ended.then(async (end) => {
          if (end.status === null) await cleanUp(given, folder);
          await this.#finish(sender, folder, task.run.id);
          return resultOf(end);
        }),
        signal: (signal) => tell({ kind: "signal", signal }),
        renew: (askedAt) => tell({ kind: "renew", askedAt }),
        lose: () => {
          tell({ kind: "signal", signal: "SIGKILL" });
          sender.abort();
        },
      };
    } catch (error) {
      sender.abort();
      removeTaskFolder(folder);
      throw error;
    }
  }

  close(): void {
    this.#options.pool.close();
  }

  /** The end is told after everything that came before it. */
  async #finish(sender: RecordSender, folder: string, runId: string): Promise<void> {
    try {
      await sender.finish();
    } catch (error) {
      this.#options.log("WARN", "What a run did is not stored", { "run-id": runId, error: messageOf(error) });
    }
    removeTaskFolder(folder);
  }

  #sender(claim: TaskClaim): RecordSender {
    const { source, clock, random } = this.#options;
    return new RecordSender({ source, claim, clock, backoff: new Backoff(clock, random), readRange });
  }
}
