/** Asks an engine for something that no step does. */
import { DaguError } from "../../../core/errors.ts";
import { startTimer } from "../../../platform/time/timer.ts";
import type { StepLog } from "../../../ports/executor.ts";
import type { SandboxPool } from "../../sandbox/pool.ts";
import { DOCKER_LIMITS } from "../limits.ts";
import { dockerPermissions, type DockerRequest, engineText } from "../request.ts";

export interface AskLimits {
  /** Milliseconds after which it is given up; 0 waits as long as it takes. */
  readonly limitMs: number;
  /** Aborted when it is to end: politely first, after the request's `graceMs` at once. */
  readonly signal?: AbortSignal;
}

/**
 * @returns the output of the work
 * @throws DaguError with the reason when it could not be done
 */
export async function askEngine(
  pool: SandboxPool,
  request: DockerRequest,
  { limitMs, signal }: AskLimits,
): Promise<string> {
  const execution = pool.run({
    name: "docker",
    permissions: dockerPermissions(request),
    request,
    log: new Messages(),
    limits: DOCKER_LIMITS,
  });
  let late = false;
  const timers: (() => void)[] = [];
  const kill = () => execution.signal("SIGKILL");
  const stop = () => {
    execution.signal("SIGTERM");
    timers.push(startTimer(request.graceMs, kill));
  };
  if (limitMs > 0) {
    timers.push(startTimer(limitMs, () => {
      late = true;
      kill();
    }));
  }
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  const { error, output = "" } = await execution.done;
  signal?.removeEventListener("abort", stop);
  for (const takeBack of timers) takeBack();
  if (late) {
    throw new DaguError(
      `The Docker daemon at ${engineText(request.engine)} did not answer within ${limitMs / 1000} s`,
    );
  }
  if (error !== "") throw new DaguError(error);
  return output;
}

/** What the engine tells while no step runs: nobody reads it. */
class Messages implements StepLog {
  readonly stdout = "";
  readonly stderr = "";
  readonly direct = false;
  async write(): Promise<void> {}
}
