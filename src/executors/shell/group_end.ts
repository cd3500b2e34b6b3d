import { signalGroup, signalProcess } from "../../platform/process/processes.ts";
import { groupMembers, processesCarrying } from "../../platform/process/process_table.ts";
import { isDeadState, processStat } from "../../platform/process/identity.ts";
import { pause as wait } from "../../platform/time/timer.ts";

/** SIGKILL cannot be refused, but a process in an uninterruptible call goes only when that returns. */
const AFTER_KILL_MS = 3000;

export interface EndOptions {
  /** What was left that long after its first process gets SIGKILL. */
  readonly graceMs: number;
  /** Whether SIGKILL is to be sent before that. */
  readonly killed: () => boolean;
}

/**
 * Waits until nothing is left of a step whose first process was ended by a signal, or that was asked to stop and whose
 * first process has ended: neither members of its group nor processes that left it and carry all of `marks` in their
 * environment. What is left gets SIGTERM, and then SIGKILL.
 */
export async function endGroup(pgid: number, marks: readonly string[], options: EndOptions): Promise<void> {
  const start = performance.now();
  const told = new Set<number>();
  let killedAt = Infinity;
  for (let pause = 2;; pause = Math.min(pause * 2, 50)) {
    const members = groupMembers(pgid);
    const strays = marks.length === 0 ? [] : processesCarrying(marks).filter(runs);
    const left = new Set([...members, ...strays]);
    if (left.size === 0) return;
    const now = performance.now();
    if (options.killed() || now - start > options.graceMs) {
      killedAt = Math.min(killedAt, now);
      if (now - killedAt > AFTER_KILL_MS) return;
      signalGroup(pgid, "SIGKILL");
      for (const pid of strays) signalProcess(pid, "SIGKILL");
    } else {
      for (const pid of left) {
        if (told.has(pid)) continue;
        told.add(pid);
        signalProcess(pid, "SIGTERM");
      }
    }
    await wait(pause);
  }
}

function runs(pid: number): boolean {
  const stat = processStat(pid);
  return stat !== null && !isDeadState(stat.state);
}

const MARKS = ["DAGU_RUN_TOKEN", "DAG_RUN_ID", "DAG_RUN_STEP_NAME"];

/** What tells the processes of one step; empty without a token, as nothing else is unmistakable. */
export function stepMarks(env: Readonly<Record<string, string>>): string[] {
  if (!env.DAGU_RUN_TOKEN) return [];
  return MARKS.filter((name) => env[name] !== undefined).map((name) => `${name}=${env[name]}`);
}
