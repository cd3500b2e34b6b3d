/** Plays a run: the real engine and evaluation, with steps and commands that are told what to do, and a clock that jumps. */
import type { Dag, Shell } from "../core/dag.ts";
import { messageOf } from "../core/errors.ts";
import { buildGraph } from "../core/graph.ts";
import { formatEntries } from "../core/text/params_text.ts";
import { applyEvent, newRunRecord, outputsOf, type RunEvent, type RunRecord } from "../core/run.ts";
import type { Fake, Scenario } from "../core/scenario.ts";
import { RunStatus } from "../core/status.ts";
import { RunEngine } from "../engine/run_engine.ts";
import { resolveParams } from "../eval/params.ts";
import { Scope, valuesOf } from "../eval/scope.ts";
import { evaluateEnv } from "../eval/text.ts";
import type { Commands } from "../ports/commands.ts";
import { drive, FakeClock } from "./fake_clock.ts";
import { type Execution, SimulatedHost } from "./simulated_host.ts";

export interface Simulation {
  /** Steps are found by it, with state and captured outputs. */
  readonly record: RunRecord;
  /** In the order of their begin. */
  readonly executions: readonly Execution[];
  readonly outputs: Readonly<Record<string, string>>;
  /** How long the run took by its own clock, milliseconds. */
  readonly lastsMs: number;
}

const ID = "simulated";
const SHELL: Shell = { program: "sh", args: [] };

/** Never rejects for what the run does; a run that cannot begin is a failed one. */
export async function simulate(dag: Dag, scenario: Scenario): Promise<Simulation> {
  const clock = new FakeClock(scenario.at);
  const journal = new Journal(dag, clock);
  let host: SimulatedHost | null = null;
  try {
    host = await openHost(dag, scenario, clock, journal);
    const engine = new RunEngine({ dag, edges: buildGraph(dag.steps), journal, host, clock, only: null });
    if (scenario.stopAfterMs !== null) void clock.sleep(scenario.stopAfterMs).then(() => engine.stop());
    await drive(clock, engine.run());
  } catch (error) {
    const patch = { status: RunStatus.Failed, error: messageOf(error), finishedAt: clock.now() };
    journal.append({ kind: "run", patch });
  }
  const { record } = journal;
  return {
    record,
    executions: host?.executions ?? [],
    outputs: outputsOf(record),
    lastsMs: record.finishedAt - scenario.at,
  };
}

async function openHost(
  dag: Dag,
  scenario: Scenario,
  clock: FakeClock,
  journal: Journal,
): Promise<SimulatedHost> {
  const commands = fakeCommands(scenario.commands);
  const options = { commands, os: scenario.env, cwd: "", shell: dag.shell ?? SHELL };
  const dagEnv = valuesOf(await evaluateEnv(dag.env, new Scope({}), options));
  const { params, json } = await resolveParams(dag.params, scenario.params, {
    variables: new Scope({ dagEnv }),
    options,
    loadSchema: () => Promise.resolve(true),
  });
  journal.setParams(formatEntries(params));
  return new SimulatedHost({ dag, scenario, clock, options, record: () => journal.record }, {
    dagEnv,
    params: valuesOf(params),
    secrets: new Map(dag.secrets.map(({ name }) => [name, scenario.secrets[name] ?? `secret of ${name}`])),
    run: new Map([
      ["DAG_NAME", dag.name],
      ["DAG_RUN_ID", ID],
      ["DAG_RUN_LOG_FILE", "/simulated/run.log"],
      ...(params.length > 0 ? [["DAGU_PARAMS_JSON", json] as const] : []),
    ]),
  });
}

/** Runs of commands between backticks and of conditions. */
function fakeCommands(fakes: Readonly<Record<string, Fake>>): Commands {
  return {
    run: ({ args }) => {
      const text = args.at(-1) ?? "";
      const fake = Object.hasOwn(fakes, text) ? fakes[text]! : { exitCode: 0, stdout: "", stderr: "" };
      return Promise.resolve({ exitCode: fake.exitCode, stdout: fake.stdout, stderr: fake.stderr });
    },
  };
}

class Journal {
  record: RunRecord;

  constructor(dag: Dag, clock: FakeClock) {
    const ref = { name: dag.name, id: ID };
    this.record = newRunRecord({
      dag,
      dagRunId: ID,
      attemptId: ID,
      root: ref,
      parent: null,
      params: [],
      createdAt: clock.now(),
      log: "/simulated/run.log",
      pid: 0,
      workerId: "local",
    });
  }

  setParams(params: readonly string[]): void {
    this.record = { ...this.record, params: params.join(" "), paramsList: params };
  }

  append(event: RunEvent): void {
    this.record = applyEvent(this.record, event);
  }
}
