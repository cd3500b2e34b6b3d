/** `approve` and `reject`: the word of a person for a run that waits for it. */
import { launchRetry } from "../../agent/launch.ts";
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { RETRY_FAILED } from "../../core/retry_plan.ts";
import {
  type Approval,
  approve,
  reject,
  rejectAbove,
  type Rejection,
  resumeAbove,
  stillWaits,
} from "../../engine/approval.ts";
import { osEnv } from "../../platform/os_env.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { ApproveOptions, DecideOptions, RejectOptions, RunEnd } from "../app.ts";
import { carryOut } from "./carry_out.ts";
import { findRun } from "./find_run.ts";
import { openServices, type Services } from "../services.ts";

/**
 * Records the approval; when no step of the run waits any more, a further attempt runs what comes after.
 * @returns the run that was carried out; null when others have to be approved first
 */
export async function approveRun(config: Config, options: ApproveOptions): Promise<RunEnd | null> {
  const services = openServices(config);
  const stored = await recordApproval(services, options);
  if (!stored) return null;
  const { ports, close } = services.agent(options.workerId);
  try {
    const snapshot = await services.runs.snapshotToRun(stored);
    const { dag } = snapshot;
    const lineage = {
      root: stored.record.root,
      parent: stored.record.parent,
      locals: dag.localDags,
      depth: 0,
    };
    const agent = await launchRetry(stored, snapshot, RETRY_FAILED, lineage, ports);
    return await carryOut(services, agent, ports.socket, dag.histRetentionDays, options.observer);
  } finally {
    await close();
  }
}

/**
 * Records the approval of the step, and of the runs above that wait for it.
 * @returns the root run, ready to go on; null when others have to be approved first
 */
export async function recordApproval(
  services: Services,
  options: DecideOptions & Pick<ApproveOptions, "inputs">,
): Promise<StoredRun | null> {
  const { root, asked, above } = await findWaiting(services, options, "approve");
  const approval: Approval = { ...decision(options), inputs: options.inputs };
  let amended = await services.runs.amend(asked, (record) => approve(record, approval));
  for (const run of above) {
    if (stillWaits(amended.record)) return null;
    const child = amended.record.dagRunId;
    amended = await services.runs.amend(run, (record) => resumeAbove(record, child));
  }
  if (stillWaits(amended.record)) return null;
  return above.length === 0
    ? amended
    : await findRun(services, root.record.name, root.record.dagRunId, "approve");
}

export async function rejectRun(config: Config, options: RejectOptions): Promise<StoredRun> {
  return await recordRejection(openServices(config), options);
}

/** Records the rejection of the step, of its run, and of the runs above that wait for it. */
export async function recordRejection(services: Services, options: RejectOptions): Promise<StoredRun> {
  const { asked, above } = await findWaiting(services, options, "reject");
  const rejection: Rejection = { ...decision(options), reason: options.reason };
  let amended = await services.runs.amend(asked, (record) => reject(record, rejection));
  for (const run of above) {
    const child = amended.record.dagRunId;
    amended = await services.runs.amend(run, (record) => rejectAbove(record, child, rejection));
  }
  return amended;
}

interface Waiting {
  readonly root: StoredRun;
  /** The run in which the step is. */
  readonly asked: StoredRun;
  /** Runs that wait for that one, nearest first. */
  readonly above: readonly StoredRun[];
}

async function findWaiting(
  services: Services,
  options: { dag: string; runId: string; subRunId: string },
  what: string,
): Promise<Waiting> {
  const root = await findRun(services, options.dag, options.runId, what);
  if (options.subRunId === "") return { root, asked: root, above: [] };
  const ref = { name: root.record.name, id: root.record.dagRunId };
  const child = async (id: string): Promise<StoredRun> => {
    const found = await services.runs.findChild(ref, id);
    if (found) return found;
    throw new DaguError(`Cannot ${what} in "${options.dag}": its run "${ref.id}" has no sub-run "${id}"`);
  };
  const asked = await child(options.subRunId);
  const above: StoredRun[] = [];
  for (let parent = asked.record.parent; parent && parent.id !== ref.id;) {
    const run = await child(parent.id);
    above.push(run);
    parent = run.record.parent;
  }
  return { root, asked, above: [...above, root] };
}

function decision(options: { step: string; by: string }) {
  return { step: options.step, by: options.by || (osEnv().USER ?? ""), at: systemClock.now() };
}
