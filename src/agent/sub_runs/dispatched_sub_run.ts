/** A sub-run that a worker carries out; to its parent it looks like any other. */
import type { Dag } from "../../core/dag.ts";
import { messageOf } from "../../core/errors.ts";
import { parseParams } from "../../core/text/params_text.ts";
import { outputsOf, type RunRef } from "../../core/run.ts";
import { RunStatus } from "../../core/status.ts";
import type { DispatchedTask } from "../../ports/dispatcher.ts";
import type { SignalName } from "../../ports/executor.ts";
import type { Snapshot } from "../../ports/run_store.ts";
import type { SubRun, SubRunResult } from "../../ports/sub_runs.ts";
import type { Task, TaskNews, TaskResult } from "../../ports/task.ts";
import { snapshotToJson } from "../../stores/file/json/dag_json.ts";
import type { AgentPorts } from "../agent_ports.ts";
import type { Lineage } from "../lineage.ts";
import type { PlannedSubRun } from "./planned_sub_run.ts";

type Selector = Readonly<Record<string, string>>;

export class DispatchedSubRun implements SubRun {
  readonly done: Promise<SubRunResult>;
  readonly #planned: PlannedSubRun;
  readonly #ports: AgentPorts;
  readonly #ref: RunRef;
  readonly #early: SignalName[] = [];
  #task: DispatchedTask | null = null;

  constructor(planned: PlannedSubRun, selector: Selector, ports: AgentPorts) {
    this.#planned = planned;
    this.#ports = ports;
    this.#ref = { name: planned.dag.name, id: planned.request.dagRunId };
    this.done = this.#run(selector).catch((error) => this.#failed(messageOf(error)));
  }

  signal(name: SignalName): void {
    if (this.#task) this.#task.stop(name);
    else this.#early.push(name);
  }

  async #run(selector: Selector): Promise<SubRunResult> {
    const { request } = this.#planned;
    const dispatcher = await this.#ports.dispatcher();
    const task = await this.#newTask(selector);
    if (this.#early.length > 0) return { ...this.#failed(""), status: RunStatus.Aborted };
    this.#task = await dispatcher.dispatch(task, {
      hold: true,
      onNews: (news) => request.onWait(waitReason(news)),
    });
    // It is stored: whatever becomes of this process, a run of that id will be.
    request.onLaunch();
    for (const name of this.#early) this.#task.stop(name);
    return await this.#ended(await this.#task.ended);
  }

  async #newTask(selector: Selector): Promise<Task> {
    const { request, dag, lineage, stored, snapshot, recorded } = this.#planned;
    const { locals } = lineage;
    const resolved = recorded ? null : withLocals(await snapshot(), locals);
    return {
      run: this.#ref,
      root: lineage.root,
      parent: lineage.parent,
      operation: stored ? "retry" : "start",
      params: request.params,
      step: "",
      following: false,
      selector,
      definition: definitionOf(dag, locals),
      snapshot: resolved ? snapshotToJson(resolved) : "",
      previous: "",
      files: [],
      trigger: "",
      depth: lineage.depth,
      workingDir: "",
      hidden: await hiddenIn(lineage, request.params, resolved),
    };
  }

  async #ended({ status, error, params, outputs, partial }: TaskResult): Promise<SubRunResult> {
    this.#planned.request.onWait("");
    if (status !== null && !partial) return { ref: this.#ref, status, params, outputs, error };
    const { runs } = this.#ports;
    const stored = await runs.findChild(this.#planned.lineage.root, this.#ref.id);
    if (status !== null) {
      if (!stored) return this.#failed("its outputs are too large to be told, and no record of it is here");
      const { record } = stored;
      return { ref: this.#ref, status, params: record.params, outputs: outputsOf(record), error };
    }
    // The worker is gone, or could not begin: if there is a record, nobody else ends it.
    if (stored) await runs.closeDead(stored, { certain: true });
    return this.#failed(error);
  }

  #failed(error: string): SubRunResult {
    return { ref: this.#ref, status: RunStatus.Failed, params: "", outputs: {}, error };
  }
}

type Locals = Lineage["locals"];

/** A part of a file with the others behind it, which it may call; a file of its own has them already. */
function definitionOf(dag: Dag, locals: Locals): string {
  if (!Object.hasOwn(locals, dag.name)) return dag.source;
  const others = Object.values(locals).filter(({ name }) => name !== dag.name);
  return [dag, ...others].map(({ source }) => source).join("\n---\n");
}

function withLocals(snapshot: Snapshot, locals: Locals): Snapshot {
  return { ...snapshot, dag: { ...snapshot.dag, localDags: locals } };
}

/** A worker is told of no secrets but those that it is handed. */
async function hiddenIn(
  { hidden = [] }: Lineage,
  params: string,
  resolved: Snapshot | null,
): Promise<readonly string[]> {
  if (hidden.length === 0) return [];
  const { secretsIn } = await import("../../core/text/mask.ts");
  const given = parseParams(params).map(({ value }) => value);
  return secretsIn(hidden, [...given, ...resolved?.params ?? [], ...resolved?.env ?? []]);
}

function waitReason({ state, reason }: TaskNews): string {
  return state === "waiting" && reason !== "" ? `waits for a worker: ${reason}` : "";
}
