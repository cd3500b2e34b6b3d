/** Puts a program of a shell step into a sandbox of the operating system that has the step's permissions. */
import { DaguError } from "../../core/errors.ts";
import {
  allowedSet,
  type MissingPermission,
  missingText,
  type PermissionDecl,
  type PermissionSet,
} from "../../core/permissions.ts";
import { wrap, wrapTools } from "../../platform/sandbox/bubblewrap.ts";
import { findProgram } from "../../platform/process/program/programs.ts";
import type { StepTask } from "../../ports/executor.ts";
import { viewOptions } from "./confined_view.ts";
import type { Invocation } from "./invocations.ts";
import { shownPrograms } from "./shown_programs.ts";

export interface Confined {
  readonly invocation: Invocation;
  readonly granted: PermissionSet;
}

/** Variables that every program gets: where and in which language it runs, and which run it belongs to. */
export const OWN_VARIABLES = /^(?:PATH|PWD|LANG|LANGUAGE|LC_\w+|TZ|TERM|DAG_\w+|DAGU_RUN_TOKEN)$/;
/** Variables by which the loader would take code of the step into the programs that confine it. */
const LOADER_VARIABLES = /^LD_/;

/** @throws DaguError when the permissions do not suffice, as far as that can be seen, or cannot be enforced. */
export async function confine(task: StepTask, invocation: Invocation): Promise<Confined> {
  const { workingDir, step } = task;
  const decl = task.permissions ?? {};
  const missing = missingOf(task, decl, invocation);
  if (missing.length > 0) throw new DaguError(missingText(missing, allowedSet(decl)));
  if (Array.isArray(step.permissions?.net) && step.permissions.net.length > 0) {
    throw new DaguError(
      `Cannot let the commands of step "${step.name}" reach ${
        quoted(step.permissions.net)
      } only: programs can be ` +
        "given the whole network, net: true, or none; a step of type http can be held to hosts",
    );
  }
  // Also where it is looked for: a missing one is told as it is without a sandbox.
  findProgram(invocation.program, invocation.env, workingDir);
  const tools = wrapTools();
  const env = keptEnv(task, decl, invocation);
  const run = decl.run === true ? [] : decl.run ?? [];
  const names = [invocation.program, ...invocation.implied, tools.env, ...run];
  const options = viewOptions({
    workingDir,
    net: decl.net === true,
    read: whole(decl.read),
    write: whole(decl.write),
    strict: step.permissions !== null,
    programs: await shownPrograms(names, invocation.env, workingDir),
    allPrograms: decl.run === true,
    path: (invocation.env.PATH ?? "").split(":"),
    files: invocation.files,
  });
  for (const name of Object.keys(env)) {
    if (!LOADER_VARIABLES.test(name)) continue;
    options.push("--setenv", name, env[name]!);
    delete env[name];
  }
  const [program, ...args] = wrap(tools, options, [commandName(invocation, workingDir), ...invocation.args]);
  return { invocation: { ...invocation, program, args, env }, granted: grantedSet(decl) };
}

/** What the execution certainly needs and has not. */
function missingOf(task: StepTask, decl: PermissionDecl, invocation: Invocation): MissingPermission[] {
  const { program, implied, uses } = invocation;
  const missing: MissingPermission[] = [];
  const { run = [], env: names = [] } = decl;
  const same = (name: string) => name === program || pathOf(name, task) === pathOf(program, task);
  if (run !== true && ![...implied, ...run].some(same)) missing.push({ kind: "run", entry: program });
  if (names === true) return missing;
  const known = (name: string) => Object.hasOwn(task.env, name) || Object.hasOwn(task.largeValues, name);
  for (const name of uses) {
    const granted = names.includes(name) || OWN_VARIABLES.test(name) || !known(name);
    if (!granted) missing.push({ kind: "env", entry: name });
  }
  return missing;
}

/** The program that a name stands for; the name itself when there is none. */
function pathOf(name: string, { env, workingDir }: StepTask): string {
  try {
    return findProgram(name, env, workingDir);
  } catch {
    return name;
  }
}

function keptEnv(task: StepTask, decl: PermissionDecl, invocation: Invocation): Record<string, string> {
  const names = decl.env ?? [];
  // What is no variable of the step was made for its text.
  const kept = (name: string) =>
    names === true || names.includes(name) || OWN_VARIABLES.test(name) || !Object.hasOwn(task.env, name);
  return Object.fromEntries(Object.entries(invocation.env).filter(([name]) => kept(name)));
}

function whole(entries: readonly string[] | true | undefined): readonly string[] | true {
  return entries === true || entries?.includes("/") ? true : entries ?? [];
}

/** A list of hosts of the DAG gives programs no network. */
function grantedSet(decl: PermissionDecl): PermissionSet {
  const { net: _net, sys: _sys, import: _import, ...rest } = allowedSet(decl);
  return decl.net === true ? { net: ["*"], ...rest } : rest;
}

/** By its name, so that messages show what they would without a sandbox, unless `env` could misread that. */
function commandName({ program, env }: Invocation, workingDir: string): string {
  const plain = !program.includes("/") && !/^-|=/.test(program) && env.PATH !== undefined;
  const name = plain ? program : findProgram(program, env, workingDir);
  if (name.includes("=")) {
    throw new DaguError(`Cannot start "${program}" with permissions: its path contains a "="`);
  }
  return name;
}

function quoted(hosts: readonly string[]): string {
  return hosts.map((host) => `"${host}"`).join(", ");
}
