/** Runs single steps on executors of any kind: on their own workers, with what they print kept. */
import type { Dag, Step } from "../../src/core/dag.ts";
import type { PermissionSet } from "../../src/core/permissions.ts";
import { Scope } from "../../src/eval/scope.ts";
import { expandText } from "../../src/eval/text.ts";
import { SandboxPool } from "../../src/executors/sandbox/pool.ts";
import { SandboxedExecutor, type SandboxManifest } from "../../src/executors/sandbox/sandboxed_executor.ts";
import type { Execution, Executor, StepOutcome, StepTask } from "../../src/ports/executor.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";

export interface StepSetting extends Partial<Omit<StepTask, "dag" | "step" | "log">> {
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
    const { dag, values = {}, onOutput, ...more } = setting;
    const executor = "prepare" in what ? new SandboxedExecutor(what, this.pool) : what;
    const step = makeStep("s", { commands: [], ...given });
    const scope = new Scope({ params: new Map(Object.entries(values)) });
    const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const text = { stdout: "", stderr: "" };
    let granted: PermissionSet | null = null;
    const task: StepTask = {
      dag: makeDag([step], dag),
      step,
      env: {},
      largeValues: {},
      variables: scope,
      evaluate: (template) => expandText(template, scope),
      workingDir: this.folder,
      shell: { program: "/bin/sh", args: [] },
      log: {
        stdout: `${this.folder}/.stdout`,
        stderr: `${this.folder}/.stderr`,
        direct: false,
        write: (stream, bytes) => {
          const part = decoder[stream].decode(bytes, { stream: true });
          text[stream] += part;
          onOutput?.(part, (name) => execution.signal(name));
          return Promise.resolve();
        },
      },
      scratchDir: this.folder,
      permissions: step.permissions,
      audit: false,
      repeated: false,
      children: [],
      ...more,
    };
    const execution = executor.start(task, {
      onProcessGroup: () => {},
      onPermissions: (set) => granted = set,
      onUse: () => {},
      onChild: () => {},
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

/** The command of a step. */
export function command(text: string): Pick<Step, "commands"> {
  return { commands: [{ text, args: null }] };
}
