/** Runs one step with the shell executor in a folder of its own. */
import type { Shell, Step } from "../../src/core/dag.ts";
import type { PermissionSet, PermissionUse } from "../../src/core/permissions.ts";
import { fitEnvironment } from "../../src/eval/environment.ts";
import { Scope } from "../../src/eval/scope.ts";
import { ShellExecutor } from "../../src/executors/shell/executor.ts";
import type { Execution, StepOutcome, StepTask } from "../../src/ports/executor.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";

export interface StepPlace {
  readonly folder: string;
  readonly workingDir: string;
  readonly scratchDir: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StepSetting {
  /** Params of the run: text replacement and the environment know them. */
  readonly values?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly shell?: Shell;
  /** false lets every byte pass through the log's write. */
  readonly direct?: boolean;
  readonly merged?: boolean;
  readonly task?: Partial<StepTask>;
}

export interface RunningStep extends Execution {
  readonly groups: number[];
  /** What it was confined to, and what it used: of each execution. */
  readonly granted: PermissionSet[];
  readonly used: PermissionUse[];
}

const DEFAULT_SHELL: Shell = { program: "/bin/sh", args: ["-e"] };

/** Gives a test an empty place and removes it afterwards. */
export function inStepPlace(run: (place: StepPlace) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = Deno.realPathSync(Deno.makeTempDirSync());
    const place = {
      folder,
      workingDir: `${folder}/work dir`,
      scratchDir: `${folder}/scratch`,
      stdout: `${folder}/out.log`,
      stderr: `${folder}/err.log`,
    };
    for (const made of [place.workingDir, place.scratchDir]) Deno.mkdirSync(made);
    for (const made of [place.stdout, place.stderr]) Deno.writeTextFileSync(made, "");
    try {
      await run(place);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

export function startStep(place: StepPlace, step: Partial<Step>, setting: StepSetting = {}): RunningStep {
  const { workingDir, scratchDir, stdout } = place;
  const stderr = setting.merged ? stdout : place.stderr;
  const host = { PATH: "/usr/local/bin:/usr/bin:/bin", PWD: workingDir, ...setting.env };
  const params = new Map(Object.entries(setting.values ?? {}));
  const { env, large } = fitEnvironment(new Map([...Object.entries(host), ...params]));
  const largeValues: Record<string, string> = {};
  for (const [name, value] of Object.entries(large)) {
    largeValues[name] = `${scratchDir}/it's ${name}`;
    Deno.writeTextFileSync(largeValues[name], value);
  }
  const made = makeStep("s", { commands: [], ...step });
  const paths = { stdout, stderr };
  const task: StepTask = {
    dag: makeDag([made]),
    step: made,
    env,
    largeValues,
    variables: new Scope({ host, params }),
    params,
    evaluate: (template) => Promise.resolve(template),
    workingDir,
    shell: setting.shell ?? made.shell ?? DEFAULT_SHELL,
    log: {
      ...paths,
      direct: setting.direct ?? true,
      write: (stream, bytes) => Deno.writeFile(paths[stream], bytes, { append: true }),
    },
    scratchDir,
    permissions: null,
    audit: false,
    repeated: false,
    children: [],
    ...setting.task,
  };
  const groups: number[] = [];
  const granted: PermissionSet[] = [];
  const used: PermissionUse[] = [];
  const execution = new ShellExecutor().start(task, {
    onProcessGroup: (pgid) => groups.push(pgid),
    onPermissions: (set) => granted.push(set),
    onUse: (use) => used.push(use),
    onWait: () => {},
    onChild: () => {},
  });
  return { done: execution.done, signal: (name) => execution.signal(name), groups, granted, used };
}

export async function runStep(
  place: StepPlace,
  step: Partial<Step>,
  setting: StepSetting = {},
): Promise<StepOutcome & StepOutput> {
  const outcome = await startStep(place, step, setting).done;
  return { ...outcome, ...outputOf(place) };
}

export interface StepOutput {
  readonly stdout: string;
  readonly stderr: string;
}

export function outputOf(place: StepPlace): StepOutput {
  const read = (path: string) => Deno.readTextFileSync(path);
  return { stdout: read(place.stdout), stderr: read(place.stderr) };
}

/** Commands of a step, as texts for its shell. */
export function commands(...texts: string[]): Pick<Step, "commands"> {
  return { commands: texts.map((text) => ({ text, args: null })) };
}

/** Resolves when the step has made a file in its working folder. */
export async function madeFile(place: StepPlace, name: string): Promise<void> {
  const path = `${place.workingDir}/${name}`;
  const watcher = Deno.watchFs(place.workingDir);
  try {
    const there = () => {
      try {
        Deno.statSync(path);
        return true;
      } catch {
        return false;
      }
    };
    if (there()) return;
    for await (const _ of watcher) if (there()) return;
  } finally {
    try {
      watcher.close();
    } catch {
      // Closed by the end of the loop.
    }
  }
}
