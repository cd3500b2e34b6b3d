/** Carries tasks out without the coordinator's folders: all that is needed came along, all that happens is sent. */
import { messageOf } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/ids.ts";
import { readRange } from "../../platform/logs/log_files.ts";
import { basename } from "../../platform/files/path.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Task, TaskClaim } from "../../ports/task.ts";
import type { TaskSource } from "../../ports/task_source.ts";
import type { AgentRun } from "../agents/agent_member.ts";
import type { AgentPool } from "../agents/agent_pool.ts";
import type { ToRunning } from "../agents/protocol.ts";
import { leftTasks } from "../remote_runs/left_tasks.ts";
import { RecordSender } from "../remote_runs/record_sender.ts";
import { makeTaskFolder, removeTaskFolder } from "../remote_runs/task_folder.ts";
import type { ServiceLog } from "../service_log.ts";
import { resultOf } from "./agent_task_runner.ts";
import { Backoff } from "./retrying.ts";
import type { CleanUp, RunningTaskRun, TaskHold, TaskRunner } from "./task_runner.ts";

export interface RemoteTaskRunnerOptions {
  readonly pool: AgentPool;
  readonly source: TaskSource;
  readonly workerId: string;
  /** Holds a folder for each worker, and in it one for each of its tasks. */
  readonly root: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: ServiceLog;
  readonly cleanUp: CleanUp;
}

export class RemoteTaskRunner implements TaskRunner {
  readonly #options: RemoteTaskRunnerOptions;
  /** Names of folders of tasks that this process has. */
  readonly #used = new Set<string>();

  constructor(options: RemoteTaskRunnerOptions) {
    this.#options = options;
  }

  async start(given: Task, claim: TaskClaim, hold: TaskHold): Promise<RunningTaskRun> {
    const { cleanUp } = this.#options;
    const name = `${claim.taskId.replace(/[^\w-]/g, "_")}-${claim.epoch}-${claim.attempt}`;
    const folder = `${this.#own}/${name}`;
    makeTaskFolder(folder, given.files);
    this.#used.add(name);
    const sender = this.#sender(claim);
    try {
      const { ended, tell } = await this.#launch(given, folder, sender, hold);
      return {
        ended: ended.then(async (end) => {
          if (end.status === null) await cleanUp(given, folder);
          const problem = await this.#finish(sender, folder, given.run.id);
          return problem === "" ? resultOf(end) : { status: null, error: problem, params: "", outputs: {} };
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
      this.#remove(folder);
      throw error;
    }
  }

  /** The agent waits for a word before it begins: what the coordinator does not know of is not to be done. */
  async #launch(given: Task, folder: string, sender: RecordSender, hold: TaskHold): Promise<AgentRun> {
    const { pool, workerId } = this.#options;
    const { files: _files, ...task } = given;
    const request = { kind: "task", task, workerId, leasedAt: null, folder } as const;
    let tell: (word: ToRunning) => void = () => {};
    const end = () => tell({ kind: "signal", signal: "SIGKILL" });
    const giveUp = () => {
      sender.abort();
      end();
    };
    const launched = pool.launchTold(request, (part, say) => {
      tell = say;
      sender.take(part);
      if (hold.lost.aborted) giveUp();
    });
    hold.lost.addEventListener("abort", giveUp);
    try {
      const recorded = sender.begun.then(async () =>
        tell({ kind: "recorded", askedAt: await hold.askedAt() })
      );
      recorded.catch(end);
      const [run] = await Promise.all([launched, recorded]);
      // What nobody can be told of is not to go on.
      sender.sent.catch(end);
      return run;
    } finally {
      hold.lost.removeEventListener("abort", giveUp);
    }
  }

  /** Folders of tasks that nobody has any more. */
  left(): string[] {
    const { root, workerId } = this.#options;
    return leftTasks(root, workerId, this.#used);
  }

  close(): void {
    this.#options.pool.close();
  }

  /** The end is told after everything that came before it. @returns why that could not be told; "" when it was */
  async #finish(sender: RecordSender, folder: string, runId: string): Promise<string> {
    try {
      await sender.finish();
      return "";
    } catch (error) {
      this.#options.log("WARN", "What a run did is not stored", { "run-id": runId, error: messageOf(error) });
      return messageOf(error);
    } finally {
      this.#remove(folder);
    }
  }

  #remove(folder: string): void {
    removeTaskFolder(folder);
    this.#used.delete(basename(folder));
  }

  get #own(): string {
    return `${this.#options.root}/${this.#options.workerId}`;
  }

  #sender(claim: TaskClaim): RecordSender {
    const { source, clock, random } = this.#options;
    return new RecordSender({ source, claim, clock, backoff: new Backoff(clock, random), readRange });
  }
}
