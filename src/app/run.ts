/** The library's `run`: one definition, in this process, without a face around it. */
import { launchNew } from "../agent/launch.ts";
import { serveControl } from "../agent/control.ts";
import { resolveSnapshot } from "../agent/snapshot.ts";
import { type Definition, treeOf } from "../builder/dag.ts";
import type { DataNode } from "../builder/data_node.ts";
import { yamlText } from "../builder/yaml_text.ts";
import type { Config } from "../config/config.ts";
import type { Dag, Param } from "../core/dag.ts";
import { uuidV7 } from "../core/ids.ts";
import { parseParams } from "../core/text/params_text.ts";
import { outputsOf, type RunEvent, type RunRecord } from "../core/run.ts";
import { nodeStatusName, runStatusName } from "../core/status.ts";
import { currentDir } from "../platform/folders/current_dir.ts";
import { randomBytes } from "../platform/random.ts";
import { systemClock } from "../platform/time/system_clock.ts";
import type { DagStore } from "../ports/dag_store.ts";
import type { RunStore } from "../ports/run_store.ts";
import { removeOld } from "./runs/carry_out.ts";
import { openServices, type Services } from "./services.ts";

/** Where a run keeps what it did, and where it finds the DAGs that it calls. */
export interface RunStores {
  /** History; the files of the configuration unless given. */
  readonly runs?: RunStore;
  /** DAGs that are called by name; those of the configuration unless given. */
  readonly dags?: DagStore;
}

/** What is told of a step when its state changes. */
export interface StepChange {
  /** Name of the step. */
  readonly step: string;
  /** Such as `running` or `succeeded`. */
  readonly status: string;
  /** "" when nothing failed. */
  readonly error: string;
}

/** Whom a run tells what happens. */
export interface RunListeners {
  /** A step or handler has changed its state. */
  step?(change: StepChange): void;
  /** Every change, with the record after it. */
  event?(event: RunEvent, record: RunRecord): void;
}

/** What a run may be told. P are the names of its parameters. */
export interface RunOptions<P extends string = string> {
  /** By name, or as a text such as `DAY=today 2`; what is not given has its default. Values are never evaluated. */
  readonly params?: string | { readonly [K in P]?: string | number | boolean };
  /** Stops the run when it is aborted: steps get their signal, handlers run. */
  readonly signal?: AbortSignal;
  /** Listeners. */
  readonly on?: RunListeners;
  /** Of the run; a new one unless given. */
  readonly runId?: string;
  /** For a definition that names no folder; the current one unless given. */
  readonly workingDir?: string;
  /** In place of files. */
  readonly stores?: RunStores;
}

/** How a run ended. */
export interface RunResult<O extends string = string> {
  /** Such as `succeeded` or `failed`. */
  readonly status: string;
  /** Whether it succeeded, wholly. */
  readonly ok: boolean;
  /** "" when nothing went wrong with the run as such; errors of steps stand in the record. */
  readonly error: string;
  /** Values of outputs by name. */
  readonly outputs: { readonly [K in O]?: string };
  /** Everything that is known of the run. */
  readonly record: RunRecord;
}

/** The name of runs of a definition that has none. */
const NAMELESS = "workflow";

/** @param definition what `dag` made, or name or path of a DAG */
export async function runDefinition(
  config: Config,
  definition: Definition | readonly Definition[] | string,
  options: RunOptions,
): Promise<RunResult> {
  const { stores = {} } = options;
  const services = openServices(config, stores);
  const { ports, close } = services.agent("local");
  const own = stores.runs ? { ...ports, socket: "" } : ports;
  try {
    const snapshot = await resolveSnapshot({
      dag: await load(services, definition, stores.dags),
      params: paramsOf(options.params),
      defaultWorkingDir: options.workingDir ?? "",
      cwd: currentDir(),
    }, own);
    const { name, localDags, histRetentionDays } = snapshot.dag;
    const id = options.runId || uuidV7(systemClock.now(), randomBytes);
    const lineage = { root: { name, id }, parent: null, locals: localDags, depth: 0 };
    const agent = await launchNew(snapshot, id, lineage, own);
    const stop = () => agent.stop();
    options.signal?.addEventListener("abort", stop, { once: true });
    if (options.signal?.aborted) stop();
    // Others of this machine may ask for a stop; the run goes on without that.
    const server = own.socket === "" ? null : serveControl(own.socket, agent).catch(() => null);
    try {
      await agent.run({ onStart: () => {}, onEvent: (event, record) => tell(options.on, event, record) });
    } finally {
      options.signal?.removeEventListener("abort", stop);
      (await server)?.close();
    }
    // The run is over; what is left of old ones does not change how it ended.
    if (!stores.runs) await removeOld(services, name, histRetentionDays).catch(() => {});
    return resultOf(agent.journal.record);
  } finally {
    await close();
  }
}

async function load(
  { dags }: Services,
  definition: Definition | readonly Definition[] | string,
  given: DagStore | undefined,
): Promise<Dag> {
  if (typeof definition === "string") return await (given ?? dags).load(definition);
  const [first, ...others] = (Array.isArray(definition) ? definition : [definition]).map((one) =>
    treeOf(one)
  );
  return await dags.read(yamlText([named(first!), ...others]));
}

/** A definition that comes from no file has no name but its own. */
function named(node: DataNode): DataNode {
  if (node.kind !== "map" || node.entries.some(({ key }) => key.text === "name")) return node;
  const value: DataNode = { kind: "scalar", type: "string", text: NAMELESS };
  return { kind: "map", entries: [{ key: { text: "name" }, value }, ...node.entries] };
}

function paramsOf(given: RunOptions["params"]): Param[] | null {
  if (given === undefined) return null;
  if (typeof given === "string") return parseParams(given);
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value) }]
  );
}

function tell(on: RunListeners = {}, event: RunEvent, record: RunRecord): void {
  on.event?.(event, record);
  if (event.kind !== "node" || event.patch.status === undefined) return;
  const node = typeof event.node === "number" ? record.nodes[event.node] : record.handlers[event.node];
  on.step?.({
    step: node!.step.name,
    status: nodeStatusName(event.patch.status),
    error: node!.state.error,
  });
}

function resultOf(record: RunRecord): RunResult {
  const status = runStatusName(record.status);
  return { status, ok: status === "succeeded", error: record.error, outputs: outputsOf(record), record };
}
