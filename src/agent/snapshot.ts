/** Resolves a definition for one run: its env, its parameters and its working folder. */
import type { Dag, Param } from "../core/dag.ts";
import { formatEntries } from "../core/text/params_text.ts";
import { resolveParams } from "../eval/params.ts";
import { Scope, valuesOf } from "../eval/scope.ts";
import { evaluateEnv, expandText } from "../eval/text.ts";
import { dirname, isAbsolute, join, normalize } from "../platform/files/path.ts";
import type { Snapshot } from "../ports/run_store.ts";
import type { AgentPorts } from "./agent_ports.ts";
import { RunCommands } from "./run_commands.ts";
import { expandShell, isTemplate, shellOf } from "./shell.ts";

export interface SnapshotRequest {
  readonly dag: Dag;
  /** Parameters given from outside; null takes the defaults. They are never evaluated. */
  readonly params: readonly Param[] | null;
  /** The text that they were given as; absent for those that were given one by one. */
  readonly paramsText?: string;
  /** Folder for a DAG that names none; "" takes the folder of its file. */
  readonly defaultWorkingDir: string;
  /** Current folder, for a DAG without a file. */
  readonly cwd: string;
}

/**
 * Evaluates env, then params, in order; commands between backticks in the definition are run.
 * @throws DaguError when an evaluation fails or the parameters do not satisfy their schema.
 */
export async function resolveSnapshot(request: SnapshotRequest, ports: AgentPorts): Promise<Snapshot> {
  const { dag } = request;
  const templated = dag.shell !== null && isTemplate(dag.shell);
  // A shell that is named by a variable cannot run what stands between backticks in that variable.
  const shell = templated ? ports.defaultShell : shellOf(dag.shell, ports.defaultShell);
  const cwd = fileDir(dag) || request.cwd;
  const commands = new RunCommands(ports.commands, ports.guard);
  const options = { commands, os: ports.os, cwd, shell };
  const env = await evaluateEnv(dag.env, new Scope({}), options);
  const scope = new Scope({ dagEnv: valuesOf(env) });
  const { params, json } = await resolveParams(dag.params, request.params, {
    variables: scope,
    options,
    given: request.paramsText,
    loadSchema: (ref) => ports.loadSchema(ref, [request.cwd, dag.workingDir, fileDir(dag)].filter(Boolean)),
  });
  const withParams = new Scope({ dagEnv: valuesOf(env), params: valuesOf(params) });
  const given = await expandText(dag.workingDir, withParams, options);
  return {
    dag: templated ? { ...dag, shell: await expandShell(dag.shell!, withParams, options) } : dag,
    env: formatEntries(env),
    params: formatEntries(params),
    paramsJson: json,
    workingDir: absolute(given || request.defaultWorkingDir, cwd),
  };
}

function fileDir(dag: Dag): string {
  return dag.location === "" ? "" : dirname(dag.location);
}

function absolute(path: string, base: string): string {
  return path === "" ? base : isAbsolute(path) ? normalize(path) : join(base, path);
}
