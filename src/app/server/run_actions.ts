/** What the server does to runs: each run belongs to a process of its own, which outlives this one. */
import { currentDir } from "../../platform/folders/current_dir.ts";
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { uuidV7 } from "../../core/ids.ts";
import { RETRY_FAILED, type RetryPoint } from "../../core/retry_plan.ts";
import type { RunRef } from "../../core/run.ts";
import { osEnv } from "../../platform/os_env.ts";
import { ownProgram } from "../../platform/process/program/own_program.ts";
import { startPiped } from "../../platform/process/processes.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { pause } from "../../platform/time/timer.ts";
import type { RunLauncher, Trigger } from "../../ports/run_launcher.ts";
import type { NewRunRequest, RunActions } from "../../services/server/run_actions.ts";
import type { ParamInput } from "../app.ts";
import { recordApproval, recordRejection } from "../runs/decide_run.ts";
import { dequeueStored } from "../runs/dequeue_run.ts";
import { enqueueRun } from "../runs/enqueue_run.ts";
import type { Services } from "../services.ts";
import { startOnWorker } from "../runs/start_on_worker.ts";
import { stopOne } from "../runs/stop_run.ts";

/** A process that has not recorded its run by then is left to itself. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 10;
/** Most of what a process complains is kept. */
const MAX_COMPLAINT = 4000;

export function runActions(config: Config, services: Services, launcher: RunLauncher): RunActions {
  const { runs } = services;
  const retry = async (run: RunRef, point: RetryPoint, trigger: Trigger) => {
    await launcher.launch({ kind: "retry", run, point, trigger });
  };
  return {
    start: async (request) => {
      const id = request.dagRunId || uuidV7(systemClock.now(), randomBytes);
      // One that cannot be loaded is told of by who carries it out.
      const definition = await services.dags.load(request.dag).catch(() => null);
      if (Object.keys(definition?.workerSelector ?? {}).length > 0) {
        return await startOnWorker(services, launcher, request, id);
      }
      if (request.name !== "" || request.fromRunId !== "") {
        return await startAs(config, services, request, id);
      }
      const { dag, params } = request;
      return (await launcher.launch({ kind: "start", dag, dagRunId: id, params, trigger: "manual" })).run;
    },
    enqueue: async ({ dag, name, dagRunId, params, queue, trigger }) => {
      const given: ParamInput = params === null ? { kind: "none" } : { kind: "text", text: params };
      const place = { queue, priority: "low", defaultWorkingDir: "" } as const;
      return (await enqueueRun(config, { ...place, dag, name, runId: dagRunId, params: given, trigger })).run;
    },
    startText: async (request) => {
      return await (await import("../runs/run_text.ts")).startText(config, services, launcher, request);
    },
    enqueueText: async (request) => {
      return await (await import("../runs/run_text.ts")).enqueueText(config, services, request);
    },
    dequeue: async (run) => {
      const stored = await runs.find(run.name, run.id);
      if (stored) await dequeueStored(services, stored);
    },
    retry: async (run, point) => await retry(run, point, "manual"),
    dryRun: async (request) =>
      await (await import("../definitions/dry_process.ts")).dryProcess(config, request),
    stop: async (run) => {
      const found = await runs.find(run.name, run.id);
      if (found) await stopOne(services, found);
    },
    approve: async ({ run, inputs, ...decision }) => {
      const ready = await recordApproval(services, { ...decision, dag: run.name, runId: run.id, inputs });
      if (ready) await retry(run, RETRY_FAILED, "resume");
      return ready !== null;
    },
    reject: async ({ run, reason, ...decision }) => {
      await recordRejection(services, { ...decision, dag: run.name, runId: run.id, reason });
    },
  };
}

/** A run under another name, or with what an earlier run had. */
async function startAs(
  config: Config,
  services: Services,
  request: NewRunRequest,
  id: string,
): Promise<RunRef> {
  const { dag, name, params, fromRunId } = request;
  const args = ["start", "--quiet", `--run-id=${id}`];
  if (name !== "") args.push(`--name=${name}`);
  if (fromRunId !== "") args.push(`--from-run-id=${fromRunId}`);
  if (params !== null) args.push(`--params=${params}`);
  const runsAs = name || await services.dags.nameOf(dag);
  await begin(config, [...args, dag], async () => await services.runs.find(runsAs, id) !== null);
  return { name: runsAs, id };
}

/** Starts this program again, and waits until something holds. @throws DaguError with what the process complains of */
async function begin(config: Config, args: readonly string[], holds: () => Promise<boolean>): Promise<void> {
  const [program, ...first] = ownProgram();
  let complaint = "";
  const decoder = new TextDecoder();
  const env = { ...osEnv(), ...config.layout.home === "" ? {} : { DAGU_HOME: config.layout.home } };
  const child = startPiped(
    { program, args: [...first, ...args], env, cwd: currentDir() },
    (stream, bytes) => {
      if (stream === "stderr" && complaint.length < MAX_COMPLAINT) complaint += decoder.decode(bytes);
      return Promise.resolve();
    },
  );
  let ended = false;
  child.ended.then(() => ended = true);
  const limit = systemClock.monotonic() + PATIENCE_MS;
  while (systemClock.monotonic() < limit) {
    // A quick run may have ended before it was looked for.
    const last = ended;
    if (await holds()) return;
    if (last) break;
    await pause(LOOK_MS);
  }
  if (!ended) throw new DaguError("Cannot tell whether the run began: its process has not recorded it yet");
  throw new DaguError(
    complaint.trim().replace(/^Error: /, "") || "Cannot start the run: its process said nothing",
  );
}
