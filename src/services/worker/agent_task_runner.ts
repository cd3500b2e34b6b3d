/** Gives the runs of tasks to the agent processes of a pool. */
import type { Task, TaskClaim, TaskResult } from "../../ports/task.ts";
import type { AgentEnd } from "../agents/agent_member.ts";
import type { AgentPool } from "../agents/agent_pool.ts";
import { isClaimed } from "./held_task.ts";
import type { RunningTaskRun, TaskRunner } from "./task_runner.ts";

export class AgentTaskRunner implements TaskRunner {
  readonly #pool: AgentPool;
  readonly #workerId: string;

  constructor(pool: AgentPool, workerId: string) {
    this.#pool = pool;
    this.#workerId = workerId;
  }

  async start({ files: _files, ...task }: Task, claim: TaskClaim, askedAt: number): Promise<RunningTaskRun> {
    const { ended, tell } = await this.#pool.launch({
      kind: "task",
      task,
      workerId: this.#workerId,
      leasedAt: isClaimed(claim) ? askedAt : null,
      folder: "",
    });
    return {
      ended: ended.then(resultOf),
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
