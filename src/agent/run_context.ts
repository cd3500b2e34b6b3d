/** What all nodes of one attempt share: variables, outputs, secrets, folders. */
import type { Dag, EnvEntry, Shell } from "../core/dag.ts";
import { DaguError, messageOf } from "../core/errors.ts";
import type { Masker } from "../core/text/mask.ts";
import { ALL_PERMISSIONS, type PermissionDecl } from "../core/permissions.ts";
import { outputsOf, type RunRecord } from "../core/run.ts";
import { type TraceContext, traceParentText } from "../core/trace_context.ts";
import { entriesOf, type RunLayers, Scope, type StepReference, valuesOf } from "../eval/scope.ts";
import { expandText } from "../eval/text.ts";
import { readTextIfExists } from "../platform/files/files.ts";
import { isAbsolute, join } from "../platform/files/path.ts";
import type { RunSetup } from "../ports/executor.ts";
import type { Snapshot } from "../ports/run_store.ts";
import type { SecretPlace } from "../ports/secrets.ts";
import type { AgentPorts } from "./agent_ports.ts";
import { baseDirs } from "./base_dirs.ts";
import { maskerOf } from "./masker_of.ts";
import { shellOf } from "./shell.ts";

export interface RunContextInput {
  readonly snapshot: Snapshot;
  readonly ports: AgentPorts;
  /** The record as it is at the time of the call. */
  readonly record: () => RunRecord;
  readonly attemptDir: string;
  /** What started the run, in its trace: handed on to steps that get no place of their own in it. */
  readonly trace: TraceContext | null;
  /** Values that the runs above hide. */
  readonly hidden: readonly string[];
  /** Tells in the run's log of what did not end the run. */
  readonly warn: (message: string) => void;
}

export class RunContext {
  readonly dag: Dag;
  readonly workingDir: string;
  readonly attemptDir: string;
  readonly ports: AgentPorts;
  readonly params: ReadonlyMap<string, string>;
  /** Values that are hidden, those of the runs above among them. */
  readonly hidden: readonly string[];
  readonly masker: Masker | null;
  readonly #layers: RunLayers;
  readonly #outputs: Map<string, string>;

  private constructor(
    input: RunContextInput,
    layers: RunLayers,
    outputs: Map<string, string>,
    hidden: readonly string[],
    masker: Masker | null,
  ) {
    this.dag = input.snapshot.dag;
    this.workingDir = input.snapshot.workingDir;
    this.attemptDir = input.attemptDir;
    this.ports = input.ports;
    this.params = layers.params ?? new Map();
    this.#layers = layers;
    this.#outputs = outputs;
    this.hidden = hidden;
    this.masker = masker;
  }

  /**
   * Reads dotenv files and resolves secrets.
   * @throws DaguError when a secret cannot be had.
   */
  static async open(input: RunContextInput): Promise<RunContext> {
    const { snapshot, ports } = input;
    const dirs = baseDirs(snapshot);
    const dagEnv = entriesOf(snapshot.env);
    const params = entriesOf(snapshot.params);
    const known = new Scope({ dagEnv, params });
    const names = await Promise.all(
      snapshot.dag.dotenv.map((name) => expandText(name, known, { os: ports.os })),
    );
    const dotenv = valuesOf(await readDotenv(names, dirs, input.warn));
    const place = { baseDirs: dirs, variables: new Map([...dagEnv, ...dotenv]) };
    const secrets = await resolveSecrets(snapshot.dag, place, ports);
    const record = input.record();
    const outputs = new Map(Object.entries(outputsOf(record)));
    const run = new Map([
      ["DAG_NAME", record.name],
      ["DAG_RUN_ID", record.dagRunId],
      ["DAG_RUN_LOG_FILE", record.log],
      ["DAGU_RUN_TOKEN", ports.token],
    ]);
    if (input.trace) run.set("TRACEPARENT", traceParentText(input.trace));
    if (input.trace?.state) run.set("TRACESTATE", input.trace.state);
    if (snapshot.params.length > 0) run.set("DAGU_PARAMS_JSON", snapshot.paramsJson);
    const layers: RunLayers = {
      host: ports.host,
      dagEnv,
      dotenv,
      secrets,
      params,
      outputs,
      run,
      steps: (id) => stepReference(input.record(), id),
    };
    const hidden = [...new Set([...input.hidden, ...secrets.values()])].filter((value) => value !== "");
    return new RunContext(input, layers, outputs, hidden, await maskerOf(hidden));
  }

  /** The default shell of the DAG. */
  get shell(): Shell {
    return shellOf(this.dag.shell, this.ports.defaultShell);
  }

  /** Variables of the run, with those of one step above them. */
  scope(
    own: { readonly env?: ReadonlyMap<string, string>; readonly step?: ReadonlyMap<string, string> } = {},
  ): Scope {
    return new Scope(this.#layers, own);
  }

  /** What executors may need to prepare something for the whole run. */
  async setup(signal: AbortSignal): Promise<RunSetup> {
    const { dag, workingDir, ports, shell } = this;
    const permissions = await this.permissions(dag.permissions, workingDir);
    const options = { commands: ports.commands, os: ports.os, cwd: workingDir, shell };
    const scope = this.scope();
    return {
      dag,
      get env() {
        return scope.environment().env;
      },
      evaluate: (template, more = {}) =>
        expandText(template, this.scope({ env: new Map(Object.entries(more)) }), options),
      workingDir,
      permissions,
      signal,
    };
  }

  /** What a block allows that is in force in a folder; null when there is none. */
  async permissions(decl: PermissionDecl | null, workingDir: string): Promise<PermissionDecl | null> {
    if (this.ports.audit) return ALL_PERMISSIONS;
    if (!decl?.read && !decl?.write) return decl;
    return await (await import("./permission_paths.ts")).resolvePaths(decl, workingDir);
  }

  /** Makes an output visible to everything that starts later. */
  publish(name: string, value: string): void {
    this.#outputs.set(name, value);
  }
}

/** Each file from the first folder that has it; later files win over earlier ones. A file with a mistake is left out. */
async function readDotenv(
  names: readonly string[],
  dirs: readonly string[],
  warn: (message: string) => void,
): Promise<EnvEntry[]> {
  const entries: EnvEntry[] = [];
  for (const name of new Set(names)) {
    const candidates = isAbsolute(name) ? [name] : dirs.map((dir) => join(dir, name));
    for (const path of new Set(candidates)) {
      try {
        const text = await readTextIfExists(path);
        if (text === null) continue;
        const { parseDotenv } = await import("../eval/dotenv.ts");
        entries.push(...parseDotenv(text));
      } catch (error) {
        warn(`Dotenv file "${path}" is not used: ${messageOf(error)}`);
      }
      break;
    }
  }
  return entries;
}

async function resolveSecrets(
  dag: Dag,
  place: SecretPlace,
  ports: AgentPorts,
): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const ref of dag.secrets) {
    try {
      values.set(ref.name, await ports.secrets(ref.provider).resolve(ref, place));
    } catch (error) {
      throw new DaguError(`Cannot resolve the secret "${ref.name}": ${messageOf(error)}`, { cause: error });
    }
  }
  return values;
}

function stepReference(record: RunRecord, id: string): StepReference | undefined {
  const state = record.nodes.find((node) => node.step.id === id)?.state;
  if (!state || state.stdout === "") return undefined;
  return { stdout: state.stdout, stderr: state.stderr, exitCode: state.exitCode };
}
