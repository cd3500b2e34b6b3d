/**
 * Gives runs whose definition asks for a worker to the coordinator, and all others to a launcher of this machine. New
 * runs stay here: one for a worker is recorded as queued first.
 */
import { DaguError } from "../../../core/errors.ts";
import { RETRY_FAILED, type RetryPoint } from "../../../core/retry_plan.ts";
import type { RunRef } from "../../../core/run.ts";
import type { Dispatcher } from "../../../ports/dispatcher.ts";
import type {
  LaunchedRun,
  LaunchRequest,
  LaunchWait,
  RunLauncher,
  Trigger,
} from "../../../ports/run_launcher.ts";
import type { RunStore } from "../../../ports/run_store.ts";
import type { Task, TaskResult } from "../../../ports/task.ts";

export interface WorkerLauncherOptions {
  readonly local: RunLauncher;
  readonly runs: RunStore;
  /** Asked for with the first run that needs it. */
  readonly dispatcher: () => Promise<Dispatcher>;
}

type Labels = Readonly<Record<string, string>>;

export class WorkerLauncher implements RunLauncher {
  readonly #options: WorkerLauncherOptions;
  /** Those who wait for a worker. A promise for all of them would remember each until the end. */
  readonly #waiting = new Set<PromiseWithResolvers<never>>();
  #closed = false;

  constructor(options: WorkerLauncherOptions) {
    this.#options = options;
  }

  async launch(request: LaunchRequest, wait?: LaunchWait): Promise<LaunchedRun> {
    const task = await this.#taskOf(request);
    if (!task || Object.keys(task.selector).length === 0) return await this.#options.local.launch(request);
    if (this.#closed) throw ending();
    const closing = Promise.withResolvers<never>();
    this.#waiting.add(closing);
    try {
      return await Promise.race([this.#dispatch(task, wait), closing.promise]);
    } finally {
      this.#waiting.delete(closing);
    }
  }

  /** Waits for no worker any more; what was handed in goes on, and is found again by who asks for it next. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting) reject(ending());
  }

  async #dispatch(task: Task, wait?: LaunchWait): Promise<LaunchedRun> {
    const dispatcher = await this.#options.dispatcher();
    const { began, ended, stop } = await dispatcher.dispatch(task, {
      hold: false,
      onNews: ({ state, reason }) => {
        if (state === "waiting") wait?.onWait(reason);
      },
    });
    await unlessAborted(began, () => stop("SIGTERM"), wait?.withdrawn);
    return { run: task.run, pid: 0, ended: ended.then(endOf) };
  }

  /** What a worker would be asked to do; null for what only this machine does. */
  async #taskOf(request: LaunchRequest): Promise<Task | null> {
    switch (request.kind) {
      case "continue":
        return furtherAttempt(request.run, await this.#selector(request.run), RETRY_FAILED, request.trigger);
      case "retry":
        return furtherAttempt(request.run, await this.#selector(request.run), request.point, request.trigger);
      default:
        return null;
    }
  }

  /** Labels that the definition of a run asks for. */
  async #selector(run: RunRef): Promise<Labels> {
    const { runs } = this.#options;
    const stored = await runs.find(run.name, run.id);
    // One that is not there is told of by who carries it out.
    return stored ? (await runs.snapshot(stored)).dag.workerSelector : {};
  }
}

function furtherAttempt(run: RunRef, selector: Labels, point: RetryPoint, trigger: Trigger): Task {
  return {
    ...point,
    run,
    root: run,
    parent: null,
    operation: "retry",
    params: "",
    selector,
    definition: "",
    snapshot: "",
    previous: "",
    files: [],
    trigger,
    depth: 0,
    workingDir: "",
    hidden: [],
  };
}

/** Calls back when the signal is aborted before something has come. */
async function unlessAborted(
  coming: Promise<unknown>,
  abort: () => void,
  signal?: AbortSignal,
): Promise<void> {
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await coming;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function ending(): DaguError {
  return new DaguError("Cannot wait for a worker: the service is ending");
}

function endOf({ status, error }: TaskResult) {
  return { status, error };
}
