/** One attempt's life, from its first record to its last. */
import { declaredOutputs } from "../core/declared_outputs.ts";
import type { Dag } from "../core/dag.ts";
import type { OtelDecl } from "../core/declarations.ts";
import { messageOf } from "../core/errors.ts";
import { outputKey } from "../core/output_name.ts";
import type { RunRef } from "../core/run.ts";
import { nodeStatusName, RunStatus, runStatusName } from "../core/status.ts";
import type { TraceContext } from "../core/trace_context.ts";
import { buildGraph } from "../core/graph.ts";
import { RunEngine } from "../engine/run_engine.ts";
import { ensureUserDir } from "../platform/folders/user_dir.ts";
import type { SignalName } from "../ports/executor.ts";
import type { Attempt, Snapshot } from "../ports/run_store.ts";
import type { SubRuns } from "../ports/sub_runs.ts";
import type { AgentPorts, RunObserver } from "./agent_ports.ts";
import { AgentJournal } from "./journal.ts";
import { maskerOf } from "./masker_of.ts";
import type { SubRunNews } from "./sub_runs/sub_run_news.ts";
import { LogMarks } from "./log_marks.ts";
import { RunCommands } from "./run_commands.ts";
import { RunContext } from "./run_context.ts";
import type { RunReports } from "./reports.ts";
import type { RunTrace } from "./run_trace.ts";
import { AgentStepHost } from "./step_host.ts";

export interface AgentRun {
  readonly attempt: Attempt;
  readonly snapshot: Snapshot;
  /** The one step to run again; null runs what is not finished. */
  readonly only: number | null;
  /** Starts the sub-runs of this run. */
  readonly subRuns: SubRuns;
  /** What those record. */
  readonly news: SubRunNews;
  /** What started the run, in its trace; null when it stands in none. */
  readonly trace: TraceContext | null;
  /** Values that the runs above hide; its own are added for the runs below. */
  readonly hidden: string[];
}

/** Owns one attempt. */
export class Agent {
  readonly journal: AgentJournal;
  /** What the runs below this one record. */
  readonly news: SubRunNews;
  readonly #run: AgentRun;
  readonly #ports: AgentPorts;
  readonly #commands: RunCommands;
  /** Ends the preparation of the run. */
  readonly #opening = new AbortController();
  #engine: RunEngine | null = null;
  /** Mails about this run; null when none can become due. */
  #reports: RunReports | null = null;
  /** null when the run is not traced. */
  #trace: RunTrace | null = null;
  #ended = false;
  /** A stop that came before there was an engine. */
  #stopped: { readonly forced: SignalName } | null = null;

  constructor(run: AgentRun, ports: AgentPorts) {
    this.#run = run;
    this.#commands = new RunCommands(ports.commands, ports.guard);
    this.#ports = { ...ports, commands: this.#commands };
    this.journal = new AgentJournal(run.attempt);
    this.news = run.news;
  }

  get ref(): RunRef {
    const { name, dagRunId } = this.journal.record;
    return { name, id: dagRunId };
  }

  /** Asks the run to end; see {@link RunEngine.stop}. */
  stop(forced: SignalName = ""): void {
    if (this.#engine) this.#engine.stop(forced);
    else this.#stopped = { forced };
    this.#opening.abort();
    this.#commands.stop();
    if (this.#ended) this.#reports?.stop();
  }

  /** Ends the run at once, without the handlers that have not begun. */
  kill(): void {
    this.#stopped ??= { forced: "SIGKILL" };
    this.#engine?.kill();
    this.#opening.abort();
    this.#commands.stop();
    this.#reports?.stop();
  }

  /** Runs to the end and returns the final state, which is on the disk then. */
  async run(observer?: RunObserver): Promise<RunStatus> {
    const { attempt } = this.#run;
    const { journal } = this;
    if (observer) journal.listen((event, record) => observer.onEvent(event, record));
    this.#guardGroups();
    attempt.onCancelRequest(() => this.stop());
    attempt.onLoss(() => this.kill());
    let failure: unknown = null;
    attempt.onFailure((error) => {
      failure = error;
      this.stop();
    });
    observer?.onStart(journal.record);
    journal.log("INFO", "DAG run started", { dag: journal.record.name, "run-id": journal.record.dagRunId });
    const marks = new LogMarks(this.#ports.clock);
    const stopMarks = journal.listen((event, record) => marks.onEvent(event, record));
    const status = await this.#execute();
    stopMarks();
    marks.end();
    this.#trace?.end(journal.record, status, this.#ports.clock.now());
    await this.#collectOutputs().catch((error) => failure = error);
    if (failure !== null) journal.append({ kind: "run", patch: { error: messageOf(failure) } });
    journal.log("INFO", "DAG run finished", { status: runStatusName(status) });
    await this.#report(status);
    await attempt.close();
    if (failure !== null) throw failure;
    return status;
  }

  async #execute(): Promise<RunStatus> {
    const { attempt, snapshot, subRuns } = this.#run;
    const { journal } = this;
    const { clock } = this.#ports;
    journal.append({ kind: "run", patch: { status: RunStatus.Running, startedAt: clock.now() } });
    // What it hides itself is known later.
    journal.masker = await maskerOf(this.#run.hidden);
    let context: RunContext;
    try {
      context = await RunContext.open({
        snapshot,
        ports: this.#ports,
        record: () => journal.record,
        attemptDir: attempt.dir,
        trace: this.#run.trace,
        hidden: this.#run.hidden,
        warn: (message) => journal.log("WARN", message),
      });
      ensureUserDir(context.workingDir);
    } catch (error) {
      // Nothing can run without its secrets, files and folder, so no handler could either.
      return this.#fail(messageOf(error));
    }
    journal.masker = context.masker;
    this.#run.hidden.push(...context.hidden);
    await this.#openReports(context);
    await this.#openTrace(context);
    const executors = this.#ports.executors(subRuns, journal.record.root);
    try {
      await executors.open?.(await context.setup(this.#opening.signal));
    } catch (error) {
      // A run that was stopped meanwhile ends as such, with its handlers.
      if (!this.#opening.signal.aborted) return this.#fail(messageOf(error));
    }
    try {
      return await this.#runEngine(new AgentStepHost(context, attempt, executors, this.#trace));
    } finally {
      await executors.close?.().catch((error) => journal.log("WARN", messageOf(error)));
    }
  }

  async #runEngine(host: AgentStepHost): Promise<RunStatus> {
    const { snapshot, only } = this.#run;
    const { journal } = this;
    const { clock } = this.#ports;
    this.#engine = new RunEngine({
      dag: snapshot.dag,
      edges: buildGraph(snapshot.dag.steps),
      journal,
      host,
      clock,
      only,
    });
    if (this.#stopped) this.#engine.stop(this.#stopped.forced);
    return await this.#engine.run();
  }

  async #openReports(context: RunContext): Promise<void> {
    if (!wantsReports(context.dag)) return;
    const { RunReports } = await import("./reports.ts");
    const reports = this.#reports = new RunReports(context, this.journal);
    this.journal.listen((event, record) => reports.onEvent(event, record));
  }

  /** A collector that is wrong, slow or gone changes nothing of the run. */
  async #openTrace(context: RunContext): Promise<void> {
    const otel = context.dag.otel as OtelDecl | null;
    if (!otel?.enabled) return;
    const { journal } = this;
    const { spans, random } = this.#ports;
    const onFailure = (error: string) => journal.log("WARN", "Cannot send the trace of this run", { error });
    try {
      const { RunTrace, spanTarget } = await import("./run_trace.ts");
      const { evaluate } = await context.setup(this.#opening.signal);
      const target = await spanTarget(otel, evaluate);
      const trace = new RunTrace({ target, sink: spans, random, parent: this.#run.trace, onFailure });
      journal.listen((event, record) => trace.onEvent(event, record));
      this.#trace = trace;
    } catch (error) {
      onFailure(messageOf(error));
    }
  }

  /** The end is recorded already: a mail server that is slow or gone changes nothing of the run. */
  async #report(status: RunStatus): Promise<void> {
    this.#ended = true;
    if (!this.#reports) return;
    this.#reports.onEnd(this.journal.record, status);
    await this.#run.attempt.flush().catch(() => {});
    await this.#reports.settled();
  }

  #fail(error: string): RunStatus {
    const { journal } = this;
    journal.log("ERROR", error);
    const finishedAt = this.#ports.clock.now();
    journal.append({ kind: "run", patch: { status: RunStatus.Failed, error, finishedAt } });
    return RunStatus.Failed;
  }

  /** The guard knows the process groups that run; the run's log tells of the steps. */
  #guardGroups(): void {
    const { guard } = this.#ports;
    const groups = new Map<number | string, number>();
    this.journal.listen((event, record) => {
      if (event.kind !== "node") return;
      const { patch, node } = event;
      if (patch.pgid !== undefined) {
        const before = groups.get(node);
        if (before) guard.remove(before);
        if (patch.pgid > 0) guard.add(patch.pgid);
        groups.set(node, patch.pgid);
      }
      if (patch.status === undefined) return;
      const { step } = typeof node === "number" ? record.nodes[node]! : record.handlers[node]!;
      const level = patch.error ? "ERROR" : "INFO";
      const fields: Record<string, string> = { step: step.name, status: nodeStatusName(patch.status) };
      if (patch.error) fields.error = patch.error;
      this.journal.log(level, "Step state changed", fields);
    });
  }

  /** `outputs.json`: what the steps published, under the keys that they ask for. */
  async #collectOutputs(): Promise<void> {
    const { record } = this.journal;
    const outputs: Record<string, string> = {};
    for (const { step, state } of [...record.nodes, ...Object.values(record.handlers)]) {
      for (const name of declaredOutputs(step)) {
        const own = step.output?.name === name ? step.output : null;
        if (own?.omit || !Object.hasOwn(state.outputs, name)) continue;
        outputs[own?.key || outputKey(name)] = state.outputs[name]!;
      }
    }
    if (Object.keys(outputs).length > 0) await this.#run.attempt.writeOutputs(outputs);
  }
}

/** Whether any mail can become due. */
function wantsReports({ mailOn, steps, handlers }: Dag): boolean {
  return mailOn.failure || mailOn.success || mailOn.wait ||
    [...steps, ...Object.values(handlers)].some((step) => step.mailOnError);
}
