/** Runs TypeScript steps: types `ts` and `typescript`, each in a process of its own. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { createFileSync, readTextIfExists, removeIfExistsSync } from "../../platform/files/files.ts";
import {
  type ProcessEnd,
  type StartedProcess,
  startPiped,
  startToFiles,
} from "../../platform/process/processes.ts";
import type {
  Execution,
  ExecutionEvents,
  Executor,
  SignalName,
  StepOutcome,
  StepTask,
} from "../../ports/executor.ts";
import { leakText } from "../sandbox/leak_text.ts";
import { stopped } from "../sandbox/protocol.ts";
import { endGroup, stepMarks } from "../shell/group_end.ts";
import { TsAudit } from "./audit.ts";
import { errorText } from "./error_text.ts";
import type { TsJob, TsReport, TsTask } from "./job.ts";
import type { PackageLocks } from "./package_locks.ts";
import { tsRequest } from "./request.ts";
import { type ProgramMeans, stepProgram } from "./step_program.ts";

/** What all executions share. */
export interface TsMeans {
  /** The complete environment of this process. */
  readonly os: Readonly<Record<string, string>>;
  readonly locks: PackageLocks;
}

export class TsExecutor implements Executor {
  constructor(readonly means: TsMeans) {}

  start(task: StepTask, events: ExecutionEvents): Execution {
    return new TsExecution(task, events, this.means);
  }
}

class TsExecution implements Execution {
  readonly done: Promise<StepOutcome>;
  #process: StartedProcess | null = null;
  #signal: SignalName | "" = "";

  constructor(readonly task: StepTask, readonly events: ExecutionEvents, readonly means: TsMeans) {
    this.done = this.#run().catch((error) => ({
      exitCode: error instanceof DaguError ? error.exitCode : 1,
      error: messageOf(error),
    }));
  }

  signal(name: SignalName): void {
    if (this.#signal !== "SIGKILL") this.#signal = name;
    this.#process?.signal(name);
  }

  async #run(): Promise<StepOutcome> {
    const { task, events } = this;
    const request = await tsRequest(task);
    const { env, ...rest } = request.task;
    const { permissions } = rest;
    const leak = task.audit ? "" : await leakText(permissions);
    if (leak !== "") throw new DaguError(leak);
    const { os, locks } = this.means;
    const lock = await locks.lockFor(task, permissions.import ?? []);
    const packages = lock === "" ? null : { lock, cacheDir: locks.cacheDir };
    const report = newFile(task, "");
    const audit = task.audit ? new TsAudit(task) : null;
    const { maxOutputSize: maxOutput } = task.dag;
    const job: TsJob = { ...request, task: rest, env: Object.keys(env), maxOutput, report };
    const jobFile = newFile(task, JSON.stringify(job));
    try {
      if (this.#signal !== "") return stopped(this.#signal);
      events.onPermissions(permissions);
      const end = await this.#supervise(
        request.task,
        { os, packages, jobFile },
        audit?.env,
      );
      const text = await readTextIfExists(report) ?? "";
      const told: TsReport | null = text === "" ? null : JSON.parse(text);
      if (audit) events.onUse(await audit.use(request.task, told));
      return this.#outcome(end, told, job);
    } finally {
      for (const file of [jobFile, report]) removeIfExistsSync(file);
    }
  }

  async #supervise(
    given: TsTask,
    means: ProgramMeans,
    more: Readonly<Record<string, string>> = {},
  ): Promise<ProcessEnd> {
    const { task, events } = this;
    const { log, workingDir } = task;
    const program = await stepProgram(task, given, means);
    const env = { ...program.env, ...more };
    const request = { ...program, env, cwd: workingDir, maxProcesses: task.dag.maxProcesses };
    const started = log.direct
      ? startToFiles(request, log)
      : startPiped(request, (stream, bytes) => log.write(stream, bytes));
    this.#process = started;
    events.onProcessGroup(started.pid);
    const end = await started.ended;
    // Programs that the code has started and left behind.
    if (this.#signal !== "" || end.bySignal) {
      const killed = () => this.#signal === "SIGKILL";
      await endGroup(started.pid, stepMarks(task.env), { graceMs: task.dag.maxCleanUpMs, killed });
    }
    this.#process = null;
    log.flush?.();
    return end;
  }

  #outcome(end: ProcessEnd, report: TsReport | null, job: TsJob): StepOutcome {
    if (this.#signal !== "" && end.exitCode !== 0) return stopped(this.#signal);
    if (!report) return { exitCode: end.exitCode || 1, error: `The code ended without a word: ${end.error}` };
    if (report.error) return { exitCode: 1, error: errorText(report.error, this.task) };
    const { "": own, ...named } = report.outputs;
    const foreign = Object.keys(named).find((name) => !job.task.outputs.includes(name));
    if (foreign !== undefined) {
      return {
        exitCode: 1,
        error: `The code sets "${foreign}", which "outputs" of its config does not name`,
      };
    }
    return { exitCode: 0, error: "", outputs: named, ...(own === undefined ? {} : { output: own }) };
  }
}

/** Makes a file that only this user can read; the name cannot be guessed. */
function newFile({ scratchDir }: StepTask, text: string): string {
  const path = `${scratchDir}/ts-${crypto.randomUUID()}.json`;
  if (!createFileSync(path, text)) throw new DaguError(`Cannot make the file "${path}": it is there already`);
  return path;
}
