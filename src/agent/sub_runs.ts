/** Runs sub-DAGs inside the agent's own process, each with an attempt of its own below the root run. */
import type { Dag } from "../core/dag.ts";
import { DaguError, messageOf } from "../core/errors.ts";
import { parseParams } from "../core/params_text.ts";
import { RETRY_FAILED } from "../core/retry_plan.ts";
import { outputsOf, type RunRef } from "../core/run.ts";
import { RunStatus } from "../core/status.ts";
import type { SignalName } from "../ports/executor.ts";
import type { SubRun, SubRunRequest, SubRunResult, SubRuns } from "../ports/sub_runs.ts";
import type { Agent } from "./agent.ts";
import type { AgentPorts } from "./agent_ports.ts";
import type { Lineage } from "./lineage.ts";
import { resolveSnapshot } from "./snapshot.ts";

/** Deeper nesting is taken for a DAG that calls itself. */
const MAX_DEPTH = 32;

export interface SubRunsOwner {
  readonly self: RunRef;
  readonly root: RunRef;
  readonly locals: Readonly<Record<string, Dag>>;
  readonly depth: number;
  /** For sub-DAGs that name no folder of their own. */
  readonly workingDir: string;
}

export class AgentSubRuns implements SubRuns {
  readonly #owner: SubRunsOwner;
  readonly #ports: AgentPorts;

  constructor(owner: SubRunsOwner, ports: AgentPorts) {
    this.#owner = owner;
    this.#ports = ports;
  }

  start(request: SubRunRequest): SubRun {
    let agent: Agent | null = null;
    const signals: SignalName[] = [];
    const pass = (name: SignalName) => {
      if (!agent) signals.push(name);
      else if (name === "SIGKILL") agent.kill();
      else agent.stop(name);
    };
    const run = async (): Promise<SubRunResult> => {
      try {
        agent = await this.#launch(request);
        request.onLaunch();
        for (const name of signals) pass(name);
        const status = await agent.run();
        const { record } = agent.journal;
        return {
          ref: agent.ref,
          status,
          params: record.params,
          outputs: outputsOf(record),
          error: record.error,
        };
      } catch (error) {
        const ref = { name: request.dag, id: request.dagRunId };
        return { ref, status: RunStatus.Failed, params: "", outputs: {}, error: messageOf(error) };
      }
    };
    return { done: run(), signal: pass };
  }

  async #launch(request: SubRunRequest): Promise<Agent> {
    const { launchNew, launchRetry } = await import("./launch.ts");
    const { self, root, locals, depth, workingDir } = this.#owner;
    if (depth >= MAX_DEPTH) {
      throw new DaguError(
        `Cannot run "${request.dag}": ${depth} runs are nested already; does a DAG call itself?`,
      );
    }
    if (Object.keys(request.workerSelector).length > 0) {
      throw new DaguError(`Cannot run "${request.dag}" on a worker: no coordinator is configured`);
    }
    const stored = await this.#ports.runs.findChild(root, request.dagRunId);
    if (stored) {
      // The same step of the same run: what its child had finished stays finished.
      const lineage: Lineage = { root, parent: self, locals, depth: depth + 1 };
      return await launchRetry(stored, RETRY_FAILED, lineage, this.#ports);
    }
    const local = locals[request.dag];
    const dag = local ?? await this.#ports.dags.load(request.dag, { asSubDag: true });
    const snapshot = await resolveSnapshot({
      dag,
      params: request.params === "" ? null : parseParams(request.params),
      defaultWorkingDir: workingDir,
      cwd: workingDir,
    }, this.#ports);
    const lineage: Lineage = {
      root,
      parent: self,
      // A file of its own brings its own local DAGs.
      locals: local ? locals : dag.localDags,
      depth: depth + 1,
    };
    return await launchNew(snapshot, request.dagRunId, lineage, this.#ports);
  }
}
