/** One open node: its variables, folder, logs and the tasks of its executions. */
import type { Condition, Shell, Step } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import type { ConditionResult } from "../core/run.ts";
import type { Captured, OpenStep } from "../engine/step_host.ts";
import { type Scope, valuesOf } from "../eval/scope.ts";
import { evaluateEnv, expandText } from "../eval/text.ts";
import { ensureDir, replaceFile } from "../platform/files/files.ts";
import { type OpenFile, readLines } from "../platform/logs/log_files.ts";
import { awaitReader } from "../platform/logs/pipe_reader.ts";
import { dirname, isAbsolute, join } from "../platform/files/path.ts";
import { ensureUserDir } from "../platform/folders/user_dir.ts";
import type { Executor, Executors, StepTask } from "../ports/executor.ts";
import type { Attempt, StepFiles } from "../ports/run_store.ts";
import { VALUES_DIR } from "../stores/file/layout.ts";
import type { RunContext } from "./run_context.ts";
import { expandShell, isTemplate, stepShell } from "./shell.ts";
import { AgentStepLog } from "./step_log.ts";

export class AgentOpenStep implements OpenStep {
  readonly #context: RunContext;
  readonly #executors: Executors;
  #step: Step;
  readonly #own: ReadonlyMap<string, string>;
  #shell: Shell;
  /** The shell that the step names, where it has to be evaluated. */
  readonly #shellTemplate: Shell | null;
  readonly files: StepFiles;
  #log: AgentStepLog | null = null;
  #scope: Scope;
  #workingDir = "";
  #env: ReadonlyMap<string, string> = new Map();

  private constructor(
    context: RunContext,
    executors: Executors,
    step: Step,
    files: StepFiles,
    own: ReadonlyMap<string, string>,
  ) {
    this.#context = context;
    this.#executors = executors;
    this.#step = step;
    this.files = files;
    this.#own = own;
    this.#shellTemplate = step.shell !== null && isTemplate(step.shell) ? step.shell : null;
    // A shell that is named by a variable cannot run what stands between backticks in that variable.
    const named = this.#shellTemplate ? { ...step, shell: null } : step;
    this.#shell = stepShell(named, context.dag.shell, context.ports.defaultShell);
    this.#scope = context.scope({ step: own });
  }

  static async open(
    context: RunContext,
    attempt: Attempt,
    executors: Executors,
    step: Step,
    extra: Readonly<Record<string, string>>,
  ): Promise<AgentOpenStep> {
    const merged = (step.logOutput || context.dag.logOutput) === "merged";
    const files = await attempt.stepFiles(step.name, merged);
    const own = new Map([
      ["DAG_RUN_STEP_NAME", step.name],
      ["DAG_RUN_STEP_STDOUT_FILE", files.stdout],
      ["DAG_RUN_STEP_STDERR_FILE", files.stderr],
      ...Object.entries(extra),
    ]);
    return new AgentOpenStep(context, executors, step, files, own);
  }

  async prepare(): Promise<void> {
    this.#log = await this.#openLog();
  }

  async conditions(conditions: readonly Condition[]): Promise<ConditionResult[]> {
    await this.#evaluate();
    const { dag, ports, shell, workingDir } = this.#context;
    const { conditionResults } = await import("./conditions.ts");
    return await conditionResults(conditions, {
      scope: this.#scope,
      shell: dag.shell ? shell : ports.defaultShell,
      // As in Dagu, where a step's own folder is that of its commands only.
      cwd: workingDir,
      ports,
    });
  }

  async number(value: number | string, what: string): Promise<number> {
    if (typeof value === "number") return value;
    const text = await expandText(value, this.#scope, this.#textOptions());
    const number = Number(text);
    if (text.trim() === "" || !Number.isFinite(number) || number < 0) {
      throw new DaguError(
        `Cannot use ${what} of step "${this.#step.name}": "${value}" yields "${text}", a number is needed`,
      );
    }
    return Math.trunc(number);
  }

  async executor(): Promise<Executor> {
    return await this.#executors.get(this.#step.executor.type);
  }

  async task(previous: { repeated: boolean; children: StepTask["children"] }): Promise<StepTask> {
    const { gate } = this.#context.ports;
    if (gate) await gate.granted();
    // Evaluated anew for each execution: what it published before is visible to the next one.
    await this.#evaluate();
    if (this.#shellTemplate) await this.#evaluateShell(this.#shellTemplate);
    this.#log!.begin();
    const context = this.#context;
    const { env, large } = this.#scope.environment();
    return {
      dag: context.dag,
      step: this.#step,
      env,
      largeValues: await this.#store(large),
      variables: this.#scope,
      params: context.params,
      evaluate: (template, more) => this.#evaluateText(template, more),
      workingDir: this.#workingDir,
      shell: this.#shell,
      log: this.#log!,
      scratchDir: context.attemptDir,
      // The step's own block stands in the place of that of the DAG.
      permissions: await context.permissions(
        this.#step.permissions ?? context.dag.permissions,
        this.#workingDir,
      ),
      audit: context.ports.audit,
      repeated: previous.repeated,
      children: previous.children,
    };
  }

  // deno-lint-ignore require-await
  async capture(given: string | undefined): Promise<Captured> {
    this.#log?.flush();
    if (given !== undefined) {
      const tooLong = given.length > this.#context.dag.maxOutputSize;
      return { value: tooLong ? "" : given.trim(), tooLong };
    }
    const text = this.#log?.captured() ?? null;
    return text === null ? { value: "", tooLong: true } : { value: text.trim(), tooLong: false };
  }

  publish(name: string, value: string): void {
    this.#context.publish(name, value);
  }

  async outputMatches(patterns: readonly string[]): Promise<boolean> {
    this.#log?.flush();
    const { outputMatches } = await import("../core/condition.ts");
    for await (const line of readLines(this.files.stdout)) {
      if (outputMatches(line, patterns)) return true;
    }
    return false;
  }

  // deno-lint-ignore require-await
  async close(): Promise<void> {
    this.#log?.close();
  }

  #textOptions() {
    const { ports, workingDir } = this.#context;
    return {
      commands: ports.commands,
      os: ports.os,
      cwd: this.#workingDir || workingDir,
      shell: this.#shell,
    };
  }

  async #evaluateText(template: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const own = Object.entries(more);
    const scope = own.length === 0 ? this.#scope : this.#context.scope({
      step: new Map(this.#own),
      env: new Map([...this.#env, ...own]),
    });
    return await expandText(template, scope, this.#textOptions());
  }

  /** Evaluates the working folder and the step's env. */
  async #evaluate(): Promise<void> {
    const step = this.#step;
    this.#workingDir = step.workingDir === "" ? this.#context.workingDir : await this.#evaluateDir();
    ensureUserDir(this.#workingDir);
    const own = new Map(this.#own).set("PWD", this.#workingDir);
    const base = this.#context.scope({ step: own });
    if (step.env.length === 0) {
      this.#scope = base;
      return;
    }
    this.#env = valuesOf(await evaluateEnv(step.env, base, this.#textOptions()));
    this.#scope = this.#context.scope({ step: own, env: this.#env });
  }

  async #evaluateShell(template: Shell): Promise<void> {
    const shell = await expandShell(template, this.#scope, this.#textOptions());
    if (shell.program === "") {
      throw new DaguError(
        `Cannot run step "${this.#step.name}": its shell "${template.program}" yields an empty text`,
      );
    }
    this.#shell = shell;
    this.#step = { ...this.#step, shell };
  }

  /** The step's folder below that of the run. */
  async #evaluateDir(): Promise<string> {
    const given = await expandText(this.#step.workingDir, this.#scope, this.#textOptions());
    return isAbsolute(given) ? given : join(this.#context.workingDir, given);
  }

  async #openLog(): Promise<AgentStepLog> {
    const { dag, masker } = this.#context;
    const { stdout, stderr } = this.#step;
    const copies = {
      stdout: stdout === "" ? "" : await this.#copyPath(stdout),
      stderr: stderr === "" ? "" : await this.#copyPath(stderr),
    };
    const pipes: (OpenFile | null)[] = [];
    try {
      for (const path of new Set([copies.stdout, copies.stderr])) pipes.push(await awaitReader(path));
      return new AgentStepLog({
        files: this.files,
        masker,
        copies,
        captureLimit: this.#step.output ? dag.maxOutputSize : 0,
        logLimit: dag.maxLogSize,
      });
    } finally {
      for (const pipe of pipes) pipe?.close();
    }
  }

  /**
   * Absolute path of a file that gets a copy. It starts from the folder of the run, whatever that of the step, and
   * variables of the step itself are not known in it.
   */
  async #copyPath(template: string): Promise<string> {
    const { workingDir } = this.#context;
    const scope = this.#context.scope({ step: new Map([["PWD", workingDir]]) });
    const given = await expandText(template, scope, this.#textOptions());
    if (isAbsolute(given)) return given;
    ensureUserDir(workingDir);
    return join(workingDir, given);
  }

  /** Puts values that do not fit into an environment into files. */
  async #store(large: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const paths: Record<string, string> = {};
    for (const [name, value] of Object.entries(large)) {
      const path = join(this.#context.attemptDir, VALUES_DIR, encodeURIComponent(name));
      await ensureDir(dirname(path));
      await replaceFile(path, value);
      paths[name] = path;
    }
    return paths;
  }
}
