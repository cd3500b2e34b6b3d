/** Watches a program of a shell step by strace, and says which permissions it would have needed. */
import {
  covers,
  mergePermissions,
  type PermissionKind,
  type PermissionSet,
  type PermissionUse,
} from "../../core/permissions.ts";
import { existsSync, removeIfExistsSync, statIfExistsSync } from "../../platform/files/files.ts";
import { readLines } from "../../platform/logs/log_files.ts";
import { osEnv } from "../../platform/os_env.ts";
import { basename, dirname, isInside } from "../../platform/files/path.ts";
import { findProgram } from "../../platform/process/program/programs.ts";
import { realPath } from "../../platform/files/real_path.ts";
import type { StepTask } from "../../ports/executor.ts";
import { OWN_VARIABLES } from "./confine.ts";
import { NETWORK_FILES, SYSTEM_FILES } from "./confined_view.ts";
import type { Invocation } from "./invocations.ts";
import { shownPrograms } from "./shown_programs.ts";
import { STRACE_OPTIONS, StraceLog, type Traced } from "./strace_log.ts";

export interface Audit {
  /** What to start in place of the program. */
  readonly invocation: Invocation;
  /** What it used; called once, when it has ended. */
  use(): Promise<PermissionUse>;
}

/** More files than these are told by their folders. */
const MAX_PATHS = 16;
/** Folders that every confined program has for itself. */
const OWN_FOLDERS = ["/proc", "/dev", "/tmp"];

const VARIABLES_UNSEEN = "which further variables the programs look at cannot be seen";

export function audit(task: StepTask, invocation: Invocation): Audit {
  const env = refersTo(task, invocation);
  let strace: string;
  try {
    strace = findProgram("strace", osEnv(), "/");
  } catch {
    const unknown = "programs, files and network of commands are seen where strace is installed";
    return { invocation, use: () => Promise.resolve({ permissions: mergePermissions({ env }), unknown }) };
  }
  const log = `${task.scratchDir}/strace-${crypto.randomUUID()}`;
  const args = [...STRACE_OPTIONS, "-o", log, "--", invocation.program, ...invocation.args];
  return {
    invocation: { ...invocation, program: strace, args },
    use: async () => {
      const traced = new StraceLog(task.workingDir);
      for await (const line of readLines(log)) traced.add(line);
      removeIfExistsSync(log);
      const permissions = mergePermissions({ env }, await neededFor(traced, task, invocation));
      return { permissions, unknown: VARIABLES_UNSEEN };
    },
  };
}

/** Variables that the text of the step names. */
function refersTo({ env, largeValues }: StepTask, { uses }: Invocation): string[] {
  return uses.filter((name) =>
    !OWN_VARIABLES.test(name) && (Object.hasOwn(env, name) || Object.hasOwn(largeValues, name))
  );
}

async function neededFor(traced: Traced, task: StepTask, invocation: Invocation): Promise<PermissionSet> {
  const { env, workingDir } = task;
  const implied = [invocation.program, ...invocation.implied].map((name) => pathOf(name, task));
  const programs = [...traced.programs];
  const run: string[] = [];
  const free = new Set(await Promise.all(invocation.implied.map((name) => realPath(pathOf(name, task)))));
  for (const path of programs) {
    if (!free.has(await realPath(path))) {
      run.push(pathOf(basename(path), task) === path ? basename(path) : path);
    }
  }
  const shown = await shownPrograms([...implied, ...programs], env, workingDir)
    .then(({ paths }) => [...paths], () => ["/usr/lib", "/usr/lib64", "/lib", "/lib64"]);
  const hidden = [
    ...shown,
    ...programs,
    ...SYSTEM_FILES,
    ...traced.net ? NETWORK_FILES : [],
    ...invocation.files,
  ];
  const own = (path: string) =>
    hidden.some((one) => isInside(one, path)) || OWN_FOLDERS.includes(path) || isInside("/proc", path) ||
    isDevice(path) || isOwnTemporary(path, traced);
  const write = fewer(outermost([
    ...[...traced.changed].filter((path) => existsSync(path)),
    ...[...traced.folders].map((folder) => notMade(folder, traced)),
  ].filter((path) => !own(path))));
  const seen = [...traced.seen].filter((path) => statIfExistsSync(path)?.isFile);
  const files = [...traced.read, ...seen].filter((path) => !own(path) && !below(write, path));
  const entered = [...traced.entered].filter((path) =>
    path !== workingDir && !own(path) && ![...write, ...files].some((one) => isInside(path, one)) &&
    !below([...write, ...files], path)
  );
  const read = fewer(outermost([...files.map((path) => notMade(path, traced)), ...entered]));
  return { ...traced.net ? { net: ["*"] } : {}, read, write, run };
}

function pathOf(name: string, { env, workingDir }: StepTask): string {
  try {
    return findProgram(name, env, workingDir);
  } catch {
    return name;
  }
}

/** `/dev/null` and its like are there for all. */
function isDevice(path: string): boolean {
  return /^\/dev\/(?:null|zero|full|random|urandom|tty|ptmx|stdin|stdout|stderr|(?:fd|pts|shm)(?:\/.*)?)$/
    .test(path);
}

/** Below /tmp, and made by the programs themselves: they have a /tmp of their own. */
function isOwnTemporary(path: string, { made }: Traced): boolean {
  if (!path.startsWith("/tmp/")) return false;
  const top = `/tmp/${path.split("/")[2]}`;
  return made.has(top);
}

/** The outermost folder that was there before; what is in it was made. */
function notMade(path: string, { made }: Traced): string {
  let at = path;
  while (made.has(at)) at = dirname(at);
  return at;
}

function below(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => covers("write", folder, path));
}

function outermost(paths: readonly string[]): string[] {
  const kind: PermissionKind = "read";
  return [...mergePermissions({ [kind]: paths })[kind] ?? []];
}

/** Names folders in place of many files, but never one at the top. */
function fewer(paths: string[]): string[] {
  let all = paths;
  while (all.length > MAX_PATHS) {
    const wider = outermost(all.map((path) => dirname(dirname(path)) === "/" ? path : dirname(path)));
    if (wider.length === all.length) break;
    all = wider;
  }
  return all;
}
