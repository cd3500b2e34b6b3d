/** Runs one step of an executor that works in confined workers. */
import type { Dag, Step } from "../../src/core/dag.ts";
import type { PermissionSet } from "../../src/core/permissions.ts";
import { Scope } from "../../src/eval/scope.ts";
import { expandText } from "../../src/eval/text.ts";
import { SandboxPool } from "../../src/executors/sandbox/pool.ts";
import type { Executor, StepOutcome, StepTask } from "../../src/ports/executor.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";

export interface SandboxedSetting {
  readonly workingDir: string;
  readonly dag?: Partial<Dag>;
  readonly values?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly permissions?: StepTask["permissions"];
  /** Told when the step has printed something. */
  readonly onOutput?: (text: string, signal: (name: string) => void) => void;
}

export interface SandboxedResult extends StepOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** What the step held; null when it did not come so far. */
  readonly granted: PermissionSet | null;
}

/** Gives a test an empty folder and a pool, and removes both afterwards. */
export function inSandboxPlace(
  run: (place: { folder: string; pool: SandboxPool }) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const folder = Deno.realPathSync(Deno.makeTempDirSync());
    const pool = new SandboxPool();
    try {
      await run({ folder, pool });
    } finally {
      pool.close();
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

export async function runSandboxed(
  executor: Executor,
  step: Partial<Step>,
  setting: SandboxedSetting,
): Promise<SandboxedResult> {
  const made = makeStep("s", { commands: [], ...step });
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", ...setting.env };
  const scope = new Scope({ params: new Map(Object.entries(setting.values ?? {})) });
  const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const text = { stdout: "", stderr: "" };
  let granted: PermissionSet | null = null;
  const task: StepTask = {
    dag: makeDag([made], setting.dag),
    step: made,
    env,
    largeValues: {},
    variables: scope,
    evaluate: (template) => expandText(template, scope),
    workingDir: setting.workingDir,
    shell: { program: "/bin/sh", args: [] },
    log: {
      stdout: "",
      stderr: "",
      direct: false,
      write: (stream, bytes) => {
        const more = decoder[stream].decode(bytes, { stream: true });
        text[stream] += more;
        setting.onOutput?.(more, (name) => execution.signal(name));
        return Promise.resolve();
      },
    },
    scratchDir: setting.workingDir,
    permissions: setting.permissions ?? null,
    audit: false,
    repeated: false,
    children: [],
  };
  const execution = executor.start(task, {
    onProcessGroup: () => {},
    onPermissions: (permissions) => granted = permissions,
    onUse: () => {},
    onChild: () => {},
  });
  const outcome = await execution.done;
  return { ...outcome, ...text, granted };
}
