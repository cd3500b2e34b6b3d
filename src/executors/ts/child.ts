/** The process of one TypeScript step: gives up all rights but those of the step, then runs the code in a worker. */
import { messageOf } from "../../core/errors.ts";
import { mergePermissions, type PermissionSet } from "../../core/permissions.ts";
import { type SandboxWorker, startSandbox } from "../../platform/sandbox/sandbox_worker.ts";
import { onStopSignals } from "../../platform/process/signals.ts";
import {
  confineLoading,
  laterWriter,
  limitMemory,
  revokeAllBut,
  takeText,
  variablesNamed,
} from "../../platform/sandbox/step_process.ts";
import type { CodeError, FromCode, TsJob, TsReport } from "./job.ts";

/** A signal ended the code; whoever sent it knows which. */
const STOPPED_CODE = 143;

/**
 * Does the job of a file, which it removes.
 * @returns the exit code, when the code of the step has ended
 */
export async function runTsJob(path: string): Promise<number> {
  const job: TsJob = JSON.parse(takeText(path));
  const write = laterWriter(job.report);
  return await new Promise<number>((resolve) => {
    const code = new Code(job, (exitCode, report) => {
      write(JSON.stringify(report));
      resolve(exitCode);
    });
    code.start().catch((error) => code.fail(messageOf(error)));
  });
}

class Code {
  readonly #outputs: Record<string, string> = {};
  #used: PermissionSet = {};
  #worker: SandboxWorker | null = null;
  #listens = false;

  constructor(readonly job: TsJob, readonly end: (exitCode: number, report: TsReport) => void) {}

  async start(): Promise<void> {
    const { memoryMiB, task } = this.job;
    await limitMemory(
      memoryMiB,
      () => this.fail(`The code used more than ${memoryMiB} MiB, the step's config has "memory" for that`),
    );
    const refused = confineLoading(task.permissions);
    if (refused !== "") {
      return this.fail(`Cannot confine the code: ${refused}; have a deno program run dagu instead`);
    }
    onStopSignals((signal) => {
      if (this.#listens) this.#worker!.post({ kind: "stop", signal });
      else this.#end(STOPPED_CODE, null);
    });
    // Everything as a list: with all of a kind the runtime records more than was used.
    const all = task.audit ? { read: ["/"], write: ["/"] } : {};
    this.#worker = startSandbox("ts", { ...task.permissions, ...all, import: [] }, {
      onMessage: (message) => void this.#receive(message as FromCode),
      onBreakdown: (reason) => this.fail(reason),
    });
  }

  fail(message: string): void {
    this.#end(1, { message, place: null });
  }

  async #receive(message: FromCode): Promise<void> {
    const { maxOutput } = this.job;
    switch (message.kind) {
      case "ready":
        return await this.#begin();
      case "listens":
        this.#listens = true;
        return;
      case "uses":
        this.#used = mergePermissions(this.#used, { [message.permission]: [message.entry] });
        return;
      case "output":
        if (message.value.length > maxOutput) {
          return this.fail(
            `Cannot keep an output of ${message.value.length} characters: more than maxOutputSize`,
          );
        }
        this.#outputs[message.name] = message.value;
        return;
      case "error":
        return this.#end(1, message.error);
      case "done":
        return this.#end(0, null);
    }
  }

  /** Nothing of the step has run yet. */
  async #begin(): Promise<void> {
    const { task, env } = this.job;
    const given = { ...task, env: variablesNamed(env) };
    await revokeAllBut(task.permissions);
    this.#worker!.post({ kind: "run", task: given });
  }

  #end(exitCode: number, error: CodeError | null): void {
    this.end(exitCode, { outputs: this.#outputs, error, used: this.#used });
  }
}
