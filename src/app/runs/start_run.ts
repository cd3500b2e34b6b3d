/** `start`: a new run of a DAG, from its file or from the snapshot of an older run. */
import { systemClock } from "../../platform/time/system_clock.ts";
import { currentDir } from "../../platform/folders/current_dir.ts";
import { launchNew } from "../../agent/launch.ts";
import { resolveSnapshot } from "../../agent/snapshot.ts";
import type { Config } from "../../config/config.ts";
import type { Param } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { uuidV7 } from "../../core/ids.ts";
import { paramsFromArgs, parseParams } from "../../core/text/params_text.ts";
import { randomBytes } from "../../platform/random.ts";
import type { AgentPorts } from "../../agent/agent_ports.ts";
import type { Snapshot } from "../../ports/run_store.ts";
import type { ParamInput, RunEnd, StartOptions } from "../app.ts";
import { carryOut } from "./carry_out.ts";
import { findRun } from "./find_run.ts";
import { openServices, type Services } from "../services.ts";

export async function startRun(config: Config, options: StartOptions): Promise<RunEnd> {
  const services = openServices(config);
  const { audit = false } = options;
  const { ports, close } = services.agent(options.workerId, { audit });
  try {
    const snapshot = await startingSnapshot(services, ports, options);
    const end = await startSnapshot(services, ports, snapshot, options);
    if (!audit) return end;
    const { withSubRuns } = await import("./sub_runs_of.ts");
    return { ...end, audited: await withSubRuns(services.runs, end.record) };
  } finally {
    await close();
  }
}

/** What a new run begins with: a file, or what an older run had. */
export async function startingSnapshot(
  services: Services,
  ports: AgentPorts,
  options: Pick<StartOptions, "dag" | "name" | "params" | "fromRunId" | "defaultWorkingDir">,
): Promise<Snapshot> {
  return options.fromRunId === ""
    ? await fromFile(services, ports, options)
    : await fromRun(services, options);
}

/** Where the new run stands; a root run when nothing is given. */
export type StartPlace = Pick<StartOptions, "runId" | "parent" | "root" | "observer" | "trigger">;

/** Starts a run of a resolved definition. */
export async function startSnapshot(
  services: Services,
  ports: AgentPorts,
  snapshot: Snapshot,
  place: StartPlace,
): Promise<RunEnd> {
  const { dag } = snapshot;
  const dagRunId = place.runId || uuidV7(systemClock.now(), randomBytes);
  const lineage = {
    root: place.root ?? { name: dag.name, id: dagRunId },
    parent: place.parent ?? null,
    locals: dag.localDags,
    depth: 0,
    // A start by the command line is recorded as Dagu does: without a word about what made it begin.
    ...(place.parent || place.trigger === undefined ? {} : { trigger: place.trigger }),
  };
  const agent = await launchNew(snapshot, dagRunId, lineage, ports);
  return await carryOut(services, agent, ports.socket, dag.histRetentionDays, place.observer);
}

/** The parameters that were given, null when none were. */
export function givenParams(input: ParamInput): Param[] | null {
  switch (input.kind) {
    case "none":
      return null;
    case "text":
      return parseParams(input.text);
    case "args":
      return paramsFromArgs(input.args);
  }
}

/** Resolves the definition in a file. */
export async function fromFile(
  services: Services,
  ports: AgentPorts,
  options: Pick<StartOptions, "dag" | "name" | "params" | "defaultWorkingDir">,
): Promise<Snapshot> {
  const loaded = await services.dags.load(options.dag);
  const dag = options.name === "" ? loaded : { ...loaded, name: options.name };
  return await resolveSnapshot({
    dag,
    params: givenParams(options.params),
    paramsText: options.params.kind === "text" ? options.params.text : undefined,
    defaultWorkingDir: options.defaultWorkingDir,
    cwd: currentDir(),
  }, ports);
}

async function fromRun(
  services: Services,
  options: Pick<StartOptions, "dag" | "name" | "params" | "fromRunId">,
): Promise<Snapshot> {
  const { dag, fromRunId, params } = options;
  if (params.kind !== "none") {
    throw new DaguError(
      `Cannot start "${dag}" from run "${fromRunId}" with parameters: that run has its own`,
    );
  }
  const stored = await findRun(services, dag, fromRunId, "start from a run of");
  const snapshot = await services.runs.snapshotToRun(stored);
  return options.name === "" ? snapshot : { ...snapshot, dag: { ...snapshot.dag, name: options.name } };
}
