/** Runs single steps on executors of any kind: on their own workers, with what they print kept. */
import type { Dag, Step } from "../../src/core/dag.ts";
import type { PermissionSet } from "../../src/core/permissions.ts";
import { Scope } from "../../src/eval/scope.ts";
import { expandText } from "../../src/eval/text.ts";
import { SandboxPool } from "../../src/executors/sandbox/pool.ts";
import { SandboxedExecutor, type SandboxManifest } from "../../src/executors/sandbox/sandboxed_executor.ts";
import type { Execution, Executor, StepLog, StepOutcome, StepTask } from "../../src/ports/executor.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";

export interface StepSetting extends Partial<Omit<StepTask, "dag" | "step">> {
  readonly dag?: Partial<Dag>;
  /** Parameters of the run. */
  readonly values?: Readonly<Record<string, string>>;
  /** Told when the step has printed something. */
  readonly onOutput?: (text: string, signal: (name: string) => void) => void;
}

export interface StepResult extends StepOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** null when the step did not get so far, or is not confined. */
  readonly granted: PermissionSet | null;
}

export interface StartedStep extends Execution {
  readonly result: Promise<StepResult>;
}

const SILENT: StepLog = { stdout: "", stderr: "", direct: false, write: () => Promise.resolve() };

/** What an executor is asked to do. */
export function taskOf(
  given: Partial<Step>,
  setting: StepSetting = {},
): StepTask {
  const { dag, values = {}, onOutput: _, ...more } = setting;
  const step = makeStep("s", { commands: [], ...given });
  const scope = new Scope({ params: new Map(Object.entries(values)) });
  return {
    dag: makeDag([step], dag),
    step,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    largeValues: {},
    variables: scope,
    params: new Map(),
    evaluate: (template) => expandText(template, scope),
    workingDir: "/",
    shell: { program: "/bin/sh", args: [] },
    log: SILENT,
    scratchDir: "/",
    permissions: step.permissions,
    audit: false,
    repeated: false,
    children: [],
    ...more,
  };
}

/** A folder and the workers of one test, both gone at its end. */
export class StepBench implements Disposable {
  readonly pool = new SandboxPool();
  /** Absolute, without links. */
  readonly folder: string = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "step-" }));

  start<R>(
    what: Executor | SandboxManifest<R>,
    given: Partial<Step>,
    setting: StepSetting = {},
  ): StartedStep {
    const executor = "prepare" in what ? new SandboxedExecutor(what, this.pool) : what;
    const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const text = { stdout: "", stderr: "" };
    const log: StepLog = {
      stdout: `${this.folder}/.stdout`,
      stderr: `${this.folder}/.stderr`,
      direct: false,
      write: (stream, bytes) => {
        const part = decoder[stream].decode(bytes, { stream: true });
        text[stream] += part;
        setting.onOutput?.(part, (name) => execution.signal(name));
        return Promise.resolve();
      },
    };
    let granted: PermissionSet | null = null;
    const folders = { workingDir: this.folder, scratchDir: this.folder };
    const execution = executor.start(taskOf(given, { ...folders, log, ...setting }), {
      onProcessGroup: () => {},
      onPermissions: (set) => granted = set,
      onUse: () => {},
      onChild: () => {},
      onWait: () => {},
    });
    const result = execution.done.then((outcome) => ({ ...outcome, ...text, granted }));
    return { done: execution.done, signal: (name) => execution.signal(name), result };
  }

  async run<R>(
    what: Executor | SandboxManifest<R>,
    step: Partial<Step>,
    setting: StepSetting = {},
  ): Promise<StepResult> {
    return await this.start(what, step, setting).result;
  }

  [Symbol.dispose](): void {
    this.pool.close();
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** A test with a bench of its own. */
export function inBench(test: (bench: StepBench) => Promise<void>): () => Promise<void> {
  return async () => {
    using bench = new StepBench();
    await test(bench);
  };
}

/** The command of a step. */
export function command(text: string): Pick<Step, "commands"> {
  return { commands: [{ text, args: null }] };
}
