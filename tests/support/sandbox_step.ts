/** Runs steps of confined executors on a pool of their own. */
import type { Step } from "../../src/core/dag.ts";
import type { PermissionSet } from "../../src/core/permissions.ts";
import { SandboxPool } from "../../src/executors/sandbox/pool.ts";
import { SandboxedExecutor, type SandboxManifest } from "../../src/executors/sandbox/sandboxed_executor.ts";
import type { Execution, StepLog, StepOutcome, StepTask } from "../../src/ports/executor.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";

export interface SandboxResult extends StepOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** null when the step did not get so far. */
  readonly granted: PermissionSet | null;
}

export interface StartedStep extends Execution {
  readonly result: Promise<SandboxResult>;
}

const SILENT: StepLog = { stdout: "", stderr: "", direct: true, write: () => Promise.resolve() };

/** What an executor is asked to do. */
export function taskOf(given: Partial<Step>, more: Partial<StepTask> = {}): StepTask {
  const step = makeStep("s", { commands: [], ...given });
  return {
    dag: makeDag([step]),
    step,
    env: {},
    largeValues: {},
    variables: { get: () => undefined, path: () => undefined },
    evaluate: (template) => Promise.resolve(template),
    workingDir: "/",
    shell: { program: "sh", args: [] },
    log: SILENT,
    scratchDir: "/",
    permissions: null,
    audit: false,
    repeated: false,
    children: [],
    ...more,
  };
}

/** The workers of one test, ended with it. */
export class SandboxBench implements Disposable {
  readonly pool = new SandboxPool();

  start<R>(
    manifest: SandboxManifest<R>,
    given: Partial<Step>,
    more: Partial<StepTask> = {},
  ): StartedStep {
    const parts: Record<"stdout" | "stderr", string[]> = { stdout: [], stderr: [] };
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    let granted: PermissionSet | null = null;
    const log: StepLog = {
      stdout: "",
      stderr: "",
      direct: true,
      write: (stream, bytes) => {
        parts[stream].push(decoders[stream].decode(bytes, { stream: true }));
        return Promise.resolve();
      },
    };
    const task = taskOf(given, { log, ...more });
    const execution = new SandboxedExecutor(manifest, this.pool).start(task, {
      onProcessGroup: () => {},
      onPermissions: (set) => granted = set,
      onUse: () => {},
      onChild: () => {},
    });
    const result = execution.done.then((outcome) => ({
      ...outcome,
      stdout: parts.stdout.join(""),
      stderr: parts.stderr.join(""),
      granted,
    }));
    return { done: execution.done, signal: (name) => execution.signal(name), result };
  }

  async run<R>(
    manifest: SandboxManifest<R>,
    step: Partial<Step>,
    more: Partial<StepTask> = {},
  ): Promise<SandboxResult> {
    return await this.start(manifest, step, more).result;
  }

  [Symbol.dispose](): void {
    this.pool.close();
  }
}

/** The command of a step. */
export function command(text: string): Pick<Step, "commands"> {
  return { commands: [{ text, args: null }] };
}
