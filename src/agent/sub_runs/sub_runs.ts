/** Runs sub-DAGs: inside the agent's own process, each with an attempt of its own below the root run, or on a worker. */
import type { Dag } from "../../core/dag.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import { parseParams } from "../../core/text/params_text.ts";
import type { RunRef } from "../../core/run.ts";
import { RunStatus } from "../../core/status.ts";
import type { SignalName } from "../../ports/executor.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { SubRun, SubRunRequest, SubRunResult, SubRuns } from "../../ports/sub_runs.ts";
import type { AgentPorts } from "../agent_ports.ts";
import { resolveSnapshot } from "../snapshot.ts";
import type { LaunchSubRun } from "./own_sub_run.ts";
import type { PlannedSubRun } from "./planned_sub_run.ts";
import type { SubRunNews } from "./sub_run_news.ts";

/** Deeper nesting is taken for a DAG that calls itself. */
const MAX_DEPTH = 32;

export interface SubRunsOwner {
  readonly self: RunRef;
  readonly root: RunRef;
  readonly locals: Readonly<Record<string, Dag>>;
  readonly depth: number;
  /** For sub-DAGs that name no folder of their own. */
  readonly workingDir: string;
  /** In which definitions of sub-DAGs are looked for, besides the DAGs folder. */
  readonly baseDirs: readonly string[];
  /** Values that it hides, as far as they are known by now. */
  readonly hidden: readonly string[];
  /** Is told of the sub-runs. */
  readonly news: SubRunNews;
}

export class AgentSubRuns implements SubRuns {
  readonly #owner: SubRunsOwner;
  readonly #launch: LaunchSubRun;
  readonly #ports: AgentPorts;

  /** @param launch begins those that this process carries out */
  constructor(owner: SubRunsOwner, launch: LaunchSubRun, ports: AgentPorts) {
    this.#owner = owner;
    this.#launch = launch;
    this.#ports = ports;
  }

  start(request: SubRunRequest): SubRun {
    let run: SubRun | null = null;
    const early: SignalName[] = [];
    const begin = async (): Promise<SubRunResult> => {
      try {
        const planned = await this.#plan(request);
        run = await this.#begin(planned);
        for (const name of early) run.signal(name);
        return await run.done;
      } catch (error) {
        const ref = { name: request.dag, id: request.dagRunId };
        return { ref, status: RunStatus.Failed, params: "", outputs: {}, error: messageOf(error) };
      }
    };
    return { done: begin(), signal: (name) => run ? run.signal(name) : early.push(name) };
  }

  async #plan(request: SubRunRequest): Promise<PlannedSubRun> {
    const { self, root, locals, depth, workingDir, baseDirs, hidden } = this.#owner;
    if (depth >= MAX_DEPTH) {
      throw new DaguError(
        `Cannot run "${request.dag}": ${depth} runs are nested already; does a DAG call itself?`,
      );
    }
    const { runs, dags } = this.#ports;
    const lineage = {
      root,
      parent: self,
      locals,
      depth: depth + 1,
      trace: request.trace,
      hidden: [...hidden],
    };
    const stored = await this.#stored(request);
    const recorded = stored && await runs.snapshot(stored);
    if (recorded && !recorded.told) {
      const snapshot = () => runs.snapshotToRun(stored);
      return { request, dag: recorded.dag, lineage, stored, snapshot, recorded: true };
    }
    const local = locals[request.dag];
    const dag = local ?? await dags.load(request.dag, { asSubDag: true, folders: baseDirs });
    return {
      request,
      dag,
      // A file of its own brings its own local DAGs.
      lineage: local ? lineage : { ...lineage, locals: dag.localDags },
      stored,
      recorded: false,
      snapshot: () =>
        resolveSnapshot({
          dag,
          params: request.params === "" ? null : parseParams(request.params),
          defaultWorkingDir: workingDir,
          cwd: workingDir,
        }, this.#ports),
    };
  }

  /** @throws DaguError when another run than this one has it: whoever recorded it there has no say here */
  async #stored({ dag, dagRunId }: SubRunRequest): Promise<StoredRun | null> {
    const { self, root } = this.#owner;
    const stored = await this.#ports.runs.findChild(root, dagRunId);
    const parent = stored?.record.parent;
    if (!parent || parent.id === self.id) return stored;
    throw new DaguError(`Cannot run "${dag}": the run "${parent.id}" has a sub-run "${dagRunId}" already`);
  }

  async #begin(planned: PlannedSubRun): Promise<SubRun> {
    const selector = { ...planned.dag.workerSelector, ...planned.request.workerSelector };
    if (Object.keys(selector).length === 0) {
      const { OwnSubRun } = await import("./own_sub_run.ts");
      return new OwnSubRun(this.#launch(planned), planned.request, this.#owner.news);
    }
    const { DispatchedSubRun } = await import("./dispatched_sub_run.ts");
    return new DispatchedSubRun(planned, selector, this.#ports);
  }
}
