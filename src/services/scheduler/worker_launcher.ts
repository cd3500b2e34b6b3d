/** Gives runs whose definition asks for a worker to the coordinator, and all others to a launcher of this machine. */
import { DaguError } from "../../core/errors.ts";
import type { Dag } from "../../core/dag.ts";
import { RETRY_FAILED, type RetryPoint } from "../../core/retry_plan.ts";
import type { RunRef } from "../../core/run.ts";
import type { Dispatcher } from "../../ports/dispatcher.ts";
import type { DagStore } from "../../ports/dag_store.ts";
import type {
  LaunchedRun,
  LaunchRequest,
  RunLauncher,
  StartRequest,
  Trigger,
} from "../../ports/run_launcher.ts";
import type { RunStore } from "../../ports/run_store.ts";
import type { Task, TaskResult } from "../../ports/task.ts";

export interface WorkerLauncherOptions {
  readonly local: RunLauncher;
  readonly runs: RunStore;
  /** null where new runs that ask for a worker go through a queue anyway. */
  readonly dags: Pick<DagStore, "load"> | null;
  /** Asked for with the first run that needs it. */
  readonly dispatcher: () => Promise<Dispatcher>;
}

type Labels = Readonly<Record<string, string>>;

export class WorkerLauncher implements RunLauncher {
  readonly #options: WorkerLauncherOptions;
  readonly #closing = Promise.withResolvers<never>();

  constructor(options: WorkerLauncherOptions) {
    this.#options = options;
    this.#closing.promise.catch(() => {}); // Nobody may be waiting.
  }

  async launch(request: LaunchRequest, onWait: (why: string) => void = () => {}): Promise<LaunchedRun> {
    const task = await this.#taskOf(request);
    if (!task || Object.keys(task.selector).length === 0) return await this.#options.local.launch(request);
    return await Promise.race([this.#dispatch(task, onWait), this.#closing.promise]);
  }

  /** Waits for no worker any more; what was handed in goes on, and is found again by who asks for it next. */
  close(): void {
    this.#closing.reject(new DaguError("Cannot wait for a worker: the service is ending"));
  }

  async #dispatch(task: Task, onWait: (why: string) => void): Promise<LaunchedRun> {
    const dispatcher = await this.#options.dispatcher();
    const { began, ended } = await dispatcher.dispatch(task, {
      hold: false,
      onNews: ({ state, reason }) => {
        if (state === "waiting") onWait(reason);
      },
    });
    await began;
    return { run: task.run, pid: 0, ended: ended.then(endOf) };
  }

  /** What a worker would be asked to do; null when that cannot be asked of one. */
  async #taskOf(request: LaunchRequest): Promise<Task | null> {
    const { dags } = this.#options;
    switch (request.kind) {
      case "start":
        return dags && newRun(request, await dags.load(request.dag));
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

/** What tasks of root runs have in common. */
const PLAIN = {
  parent: null,
  params: "",
  step: "",
  following: false,
  definition: "",
  snapshot: "",
  previous: "",
  files: [],
  depth: 0,
  workingDir: "",
} as const;

function newRun({ dag: path, dagRunId, params, trigger }: StartRequest, dag: Dag): Task {
  const run = { name: dag.name, id: dagRunId };
  const workingDir = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  return {
    ...PLAIN,
    run,
    root: run,
    operation: "start",
    params: params ?? "",
    selector: dag.workerSelector,
    definition: dag.source,
    trigger,
    workingDir,
  };
}

function furtherAttempt(run: RunRef, selector: Labels, point: RetryPoint, trigger: Trigger): Task {
  return { ...PLAIN, ...point, run, root: run, operation: "retry", selector, trigger };
}

function endOf({ status, error }: TaskResult) {
  return { status, error };
}
