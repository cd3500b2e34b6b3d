/** Runs commands and scripts of steps: types "", `shell` and `command`. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { permissionBlock, type PermissionSet } from "../../core/permissions.ts";
import { replaceText } from "../../eval/foreign_text.ts";
import { readTailSync, statIfExistsSync } from "../../platform/files/files.ts";
import { type StartedProcess, startPiped, startToFiles } from "../../platform/process/processes.ts";
import { signalText } from "../../platform/process/signal_text.ts";
import type {
  Execution,
  ExecutionEvents,
  Executor,
  SignalName,
  StepOutcome,
  StepTask,
} from "../../ports/executor.ts";
import type { Audit } from "./audit.ts";
import { endGroup, stepMarks } from "./group_end.ts";
import { type Invocation, Invocations } from "./invocations.ts";

/** How much of what a failed command wrote to stderr stands in its error. */
const STDERR_TAIL_BYTES = 1024;

export class ShellExecutor implements Executor {
  start(task: StepTask, events: ExecutionEvents): Execution {
    return new ShellExecution(task, events);
  }
}

class ShellExecution implements Execution {
  readonly done: Promise<StepOutcome>;
  readonly #task: StepTask;
  readonly #events: ExecutionEvents;
  #process: StartedProcess | null = null;
  #stopped = false;
  #killed = false;
  /** What the programs hold; null when they are not confined. */
  #granted: PermissionSet | null = null;

  constructor(task: StepTask, events: ExecutionEvents) {
    this.#task = task;
    this.#events = events;
    this.done = this.#run();
  }

  signal(name: SignalName): void {
    this.#stopped = true;
    this.#killed ||= name === "SIGKILL";
    this.#process?.signal(name);
  }

  async #run(): Promise<StepOutcome> {
    const invocations = new Invocations(this.#task);
    let outcome: StepOutcome = { exitCode: 0, error: "" };
    try {
      const { count } = invocations;
      for (let index = 0; index < count && outcome.error === ""; index++) {
        outcome = await this.#invoke(invocations, index);
        if (outcome.error !== "" && count > 1) {
          outcome = { ...outcome, error: `command ${index + 1} failed: ${outcome.error}` };
        }
      }
    } finally {
      invocations.close();
    }
    const shown = shownTexts(this.#task);
    return shown ? { ...outcome, shown } : outcome;
  }

  async #invoke(invocations: Invocations, index: number): Promise<StepOutcome> {
    const { log } = this.#task;
    const before = index === 0 && log.fresh ? 0 : statIfExistsSync(log.stderr)?.size ?? 0;
    let started: StartedProcess;
    let audit: Audit | null = null;
    try {
      const made = invocations.at(index);
      let invocation = made instanceof Promise ? await made : made;
      if (this.#task.audit) audit = (await import("./audit.ts")).audit(this.#task, invocation);
      else if (this.#task.permissions !== null) invocation = await this.#confine(invocation);
      if (audit) invocation = audit.invocation;
      if (this.#stopped) return this.#notStarted();
      started = this.#start(invocation);
    } catch (error) {
      // Whatever is wrong here (a missing program, a script that cannot be written) is the step's failure.
      return { exitCode: error instanceof DaguError ? error.exitCode : 1, error: messageOf(error) };
    }
    const { bySignal = false, ...end } = await started.ended;
    if (this.#stopped || bySignal) await this.#endGroup(started.pid);
    this.#process = null;
    if (audit) this.#events.onUse(await audit.use());
    if (end.error === "") return end;
    log.flush?.();
    return { ...end, error: end.error + this.#confinedText() + stderrTail(log.stderr, before) };
  }

  /** A retry must not run beside what is left, and nobody else would end that. */
  #endGroup(pgid: number): Promise<void> {
    const { env, dag } = this.#task;
    return endGroup(pgid, stepMarks(env), { graceMs: dag.maxCleanUpMs, killed: () => this.#killed });
  }

  async #confine(invocation: Invocation): Promise<Invocation> {
    const { confine } = await import("./confine.ts");
    const confined = await confine(this.#task, invocation);
    this.#events.onPermissions(this.#granted = confined.granted);
    return confined.invocation;
  }

  /** A program that is denied something only says that there is no such file. */
  #confinedText(): string {
    if (this.#granted === null) return "";
    return `\nIt ran with permissions ${permissionBlock(this.#granted)} and nothing else; ` +
      "`dagu start --audit-permissions` tells what it needs";
  }

  /** Stopped before its next program was started: as if that had got the signal. */
  #notStarted(): StepOutcome {
    return this.#killed
      ? { exitCode: 137, error: signalText("SIGKILL") }
      : { exitCode: 143, error: signalText("SIGTERM") };
  }

  #start(invocation: Invocation): StartedProcess {
    const { log, workingDir, dag } = this.#task;
    const request = { ...invocation, cwd: workingDir, maxProcesses: dag.maxProcesses };
    const started = log.direct
      ? startToFiles(request, log)
      : startPiped(request, (stream, bytes) => log.write(stream, bytes));
    this.#process = started;
    this.#events.onProcessGroup(started.pid);
    return started;
  }
}

function stderrTail(path: string, from: number): string {
  const bytes = readTailSync(path, STDERR_TAIL_BYTES, from);
  // The cut may have gone through a character.
  let start = 0;
  while (start < 3 && start < bytes.length && (bytes[start] & 0xc0) === 0x80) start++;
  const text = new TextDecoder().decode(bytes.subarray(start));
  return text === "" ? "" : `\nrecent stderr (tail):\n${text}`;
}

/** Commands and script with the values that they refer to; undefined when they refer to none. */
function shownTexts({ step, variables }: StepTask): StepOutcome["shown"] {
  const shows = (text: string) => text.includes("$") ? replaceText(text, variables) : text;
  const commands = step.commands.map((command) =>
    command.args === null ? shows(command.text) : [command.text, ...command.args].join(" ")
  );
  const script = shows(step.script);
  const same = script === step.script &&
    commands.every((text, index) => step.commands[index].args !== null || text === step.commands[index].text);
  return same ? undefined : { commands, script };
}
