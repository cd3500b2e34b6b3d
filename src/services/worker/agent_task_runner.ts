/** Gives the runs of tasks to the agent processes of a pool. */
import type { Task, TaskClaim, TaskResult } from "../../ports/task.ts";
import type { AgentEnd } from "../agents/agent_member.ts";
import type { AgentPool } from "../agents/agent_pool.ts";
import { isClaimed } from "./held_task.ts";
import type { CleanUp, RunningTaskRun, TaskHold, TaskRunner } from "./task_runner.ts";

export class AgentTaskRunner implements TaskRunner {
  readonly #pool: AgentPool;
  readonly #workerId: string;
  readonly #cleanUp: CleanUp;

  constructor(pool: AgentPool, workerId: string, cleanUp: CleanUp) {
    this.#pool = pool;
    this.#workerId = workerId;
    this.#cleanUp = cleanUp;
  }

  async start(given: Task, claim: TaskClaim, hold: TaskHold): Promise<RunningTaskRun> {
    const { files: _files, ...task } = given;
    const { ended, tell } = await this.#pool.launch({
      kind: "task",
      task,
      workerId: this.#workerId,
      leasedAt: isClaimed(claim) ? await hold.askedAt() : null,
      folder: "",
    });
    return {
      ended: ended.then(async (end) => {
        if (end.status === null) await this.#cleanUp(given, "");
        return resultOf(end);
      }),
      signal: (signal) => tell({ kind: "signal", signal }),
      lose: () => tell({ kind: "signal", signal: "SIGKILL" }),
      renew: (askedAt) => tell({ kind: "renew", askedAt }),
    };
  }

  close(): void {
    this.#pool.close();
  }
}

export function resultOf({ status, error, outcome }: AgentEnd): TaskResult {
  const { params = "", outputs = {}, problem = "" } = outcome ?? {};
  return { status, error: error || problem, params, outputs };
}
