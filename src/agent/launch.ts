/** Opens attempts and gives each to an agent: first ones, and further ones of runs that exist. */
import { DaguError } from "../core/errors.ts";
import type { Dag, Param } from "../core/dag.ts";
import { formatEntries, parseParams } from "../core/text/params_text.ts";
import { planRetry, RETRY_FAILED, type RetryPoint, stateForRetry } from "../core/retry_plan.ts";
import { INITIAL_NODE_STATE, type RunRecord } from "../core/run.ts";
import { buildGraph } from "../core/graph.ts";
import { RunStatus } from "../core/status.ts";
import { parseTraceParent } from "../core/trace_context.ts";
import { paramsJson } from "../eval/params.ts";
import { entriesOf } from "../eval/scope.ts";
import { bootId, hostName, ownPid, processStartTime } from "../platform/process/identity.ts";
import type { Lease, NewAttempt, Snapshot, StoredRun } from "../ports/run_store.ts";
import { Agent } from "./agent.ts";
import type { AgentPorts } from "./agent_ports.ts";
import { baseDirs } from "./base_dirs.ts";
import type { Lineage } from "./lineage.ts";
import { recordable } from "./recordable.ts";
import type { PlannedSubRun } from "./sub_runs/planned_sub_run.ts";
import { SubRunNews } from "./sub_runs/sub_run_news.ts";
import { AgentSubRuns } from "./sub_runs/sub_runs.ts";

/** @throws DaguError when a run with this id exists or cannot be recorded. */
export async function launchNew(
  snapshot: Snapshot,
  dagRunId: string,
  lineage: Lineage,
  ports: AgentPorts,
): Promise<Agent> {
  return await launch({ snapshot, dagRunId, lineage, again: false, previous: null, only: null }, ports);
}

/**
 * A further attempt of a run: what succeeded stays, everything else runs again, or what `point` says.
 * @param definition what it runs
 * @param given parameters in the place of those that were recorded masked
 */
export async function launchRetry(
  stored: StoredRun,
  definition: Snapshot,
  point: RetryPoint,
  lineage: Lineage,
  ports: AgentPorts,
  given: readonly Param[] = [],
): Promise<Agent> {
  const snapshot = lineage.hidden?.length ? withParams(definition, given) : definition;
  const record = aligned(stored.record, definition.dag);
  const at = point.step === "" ? null : indexOf(record, point.step);
  const [only, from] = point.following ? [null, at] : [at, null];
  const again = planRetry(record, buildGraph(snapshot.dag.steps).dependents, only, from);
  const previous: RunRecord = {
    ...record,
    nodes: record.nodes.map((node, i) => ({ step: node.step, state: stateForRetry(node.state, again[i]!) })),
  };
  return await launch({ snapshot, dagRunId: record.dagRunId, lineage, again: true, previous, only }, ports);
}

async function launchPlanned(planned: PlannedSubRun, ports: AgentPorts): Promise<Agent> {
  const { request, lineage, stored } = planned;
  const snapshot = await planned.snapshot();
  if (!stored) return await launchNew(snapshot, request.dagRunId, lineage, ports);
  // The same step of the same run: what its child had finished stays finished.
  return await launchRetry(stored, snapshot, RETRY_FAILED, lineage, ports, parseParams(request.params));
}

/** With the steps of the definition, which need not be those that were recorded. */
function aligned(record: RunRecord, { steps }: Dag): RunRecord {
  const known = new Map(record.nodes.map((node) => [node.step.name, node]));
  return {
    ...record,
    nodes: steps.map((step) => known.get(step.name) ?? { step, state: INITIAL_NODE_STATE }),
  };
}

function indexOf(record: RunRecord, step: string): number {
  const index = record.nodes.findIndex((node) => node.step.name === step || node.step.id === step);
  if (index >= 0) return index;
  const names = record.nodes.map((node) => `"${node.step.name}"`).join(", ");
  throw new DaguError(`Cannot retry step "${step}" of "${record.name}": its steps are ${names}`);
}

function withParams(snapshot: Snapshot, given: readonly Param[]): Snapshot {
  const values = new Map(given.map(({ name, value }) => [name, value]));
  const recorded = [...entriesOf(snapshot.params)];
  const params = recorded.map(([name, value]) => ({ name, value: values.get(name) ?? value }));
  return { ...snapshot, params: formatEntries(params), paramsJson: paramsJson(params) };
}

interface LaunchRequest {
  readonly snapshot: Snapshot;
  readonly dagRunId: string;
  readonly lineage: Lineage;
  readonly again: boolean;
  readonly previous: RunRecord | null;
  readonly only: number | null;
}

async function launch(request: LaunchRequest, ports: AgentPorts): Promise<Agent> {
  const { snapshot, dagRunId, lineage, previous } = request;
  const onlyQueued = previous?.status === RunStatus.Queued;
  const { isCalled } = ports;
  const hidden = [...lineage.hidden ?? []];
  const opening = ports.runs.createAttempt(
    {
      snapshot: await recordable(snapshot, hidden),
      dagRunId,
      root: lineage.root,
      parent: lineage.parent,
      createdAt: ports.clock.now(),
      workerId: ports.workerId,
      trigger: lineage.trigger,
      pid: ownPid(),
      lease: ownLease(ports),
      again: request.again,
      onlyQueued,
      ...(isCalled && onlyQueued ? { isCalled: () => isCalled(previous, snapshot.dag) } : {}),
      previous,
    } satisfies NewAttempt,
  );
  ports.guard.prepare();
  const attempt = await opening;
  const self = { name: snapshot.dag.name, id: dagRunId };
  const news = new SubRunNews();
  const subRuns = new AgentSubRuns(
    {
      self,
      root: lineage.root,
      locals: lineage.locals,
      depth: lineage.depth,
      workingDir: snapshot.workingDir,
      baseDirs: baseDirs(snapshot),
      hidden,
      news,
    },
    (planned) => launchPlanned(planned, ports),
    ports,
  );
  const trace = lineage.trace ?? parseTraceParent(ports.os.TRACEPARENT ?? "", ports.os.TRACESTATE);
  return new Agent({ attempt, snapshot, only: request.only, subRuns, news, trace, hidden }, ports);
}

function ownLease(ports: AgentPorts): Omit<Lease, "epoch"> {
  const pid = ownPid();
  return {
    host: hostName(),
    bootId: bootId(),
    pid,
    startTime: processStartTime(pid),
    socket: ports.socket,
    token: ports.token,
  };
}
