/** An executor whose code runs in a worker with exactly the permissions that it asks for. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { missingPermissions, missingText, type PermissionSet } from "../../core/permissions.ts";
import type {
  Execution,
  ExecutionEvents,
  Executor,
  RunSetup,
  StepOutcome,
  StepTask,
} from "../../ports/executor.ts";
import type { SandboxLimits } from "./job.ts";
import { leakText } from "./leak_text.ts";
import type { SandboxPool } from "./pool.ts";
import { stopped } from "./protocol.ts";

/** What an executor says of itself; its code stands in the `worker.ts` of the folder `name`. */
export interface SandboxManifest<R> {
  readonly name: string;
  readonly limits: SandboxLimits;
  /**
   * Evaluates the step into a plain object that can be sent to the worker.
   * @throws DaguError when the step cannot be run as it is written.
   */
  prepare(task: StepTask): Promise<R>;
  /** The exact permissions that this request needs. Paths are absolute and resolved. */
  permissions(request: R): PermissionSet;
  /**
   * `links`: the code never follows a link without asking where it leads, so that folders with links that lead out
   * of them may be granted. Deno itself follows such links.
   */
  readonly minds?: "links";
  /** Answers what the code asks the agent while it works. */
  answer?(question: unknown, task: StepTask): Promise<string>;
  /** As {@link Executor.open}. */
  open?(setup: RunSetup): Promise<void>;
}

export class SandboxedExecutor<R> implements Executor {
  constructor(readonly manifest: SandboxManifest<R>, readonly pool: SandboxPool) {}

  async open(setup: RunSetup): Promise<void> {
    await this.manifest.open?.(setup);
  }

  start(task: StepTask, events: ExecutionEvents): Execution {
    let execution: Execution | null = null;
    let early = "";
    const run = async (): Promise<StepOutcome> => {
      const { manifest } = this;
      let request: R;
      let permissions: PermissionSet;
      try {
        request = await manifest.prepare(task);
        permissions = manifest.permissions(request);
      } catch (error) {
        return { exitCode: error instanceof DaguError ? error.exitCode : 1, error: messageOf(error) };
      }
      const missing = missingPermissions(permissions, task.permissions);
      if (missing.length > 0) return { exitCode: 1, error: missingText(missing, permissions) };
      const wrong = manifest.minds === "links" ? "" : await leakText(permissions);
      if (wrong !== "") return { exitCode: 1, error: wrong };
      if (early !== "") return stopped(early);
      const held = kindsOf(permissions, (entries) => entries.includes("*") ? ["*"] : entries);
      events.onPermissions(held);
      // It asks for what the step's settings need: with less than that it would not start.
      if (task.audit) events.onUse({ permissions: withoutWhole(permissions), unknown: "" });
      execution = this.pool.run({
        name: manifest.name,
        permissions: held,
        request,
        log: task.log,
        limits: manifest.limits,
        answer: async (question) => await manifest.answer?.(question, task) ?? "",
        ...(task.audit ? { onUse: (used) => events.onUse({ permissions: used, unknown: "" }) } : {}),
      });
      return await execution.done;
    };
    return {
      done: run(),
      signal: (name) => {
        if (execution) execution.signal(name);
        else early = name;
      },
    };
  }
}

/** Without the kinds that are held as a whole: which part of those is used, the code itself tells. */
function withoutWhole(set: PermissionSet): PermissionSet {
  return kindsOf(set, (entries) => entries.filter((entry) => entry !== "*"));
}

function kindsOf(
  set: PermissionSet,
  change: (entries: readonly string[]) => readonly string[],
): PermissionSet {
  return Object.fromEntries(Object.entries(set).map(([kind, entries]) => [kind, change(entries)]));
}
