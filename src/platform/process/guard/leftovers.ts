/** Ends what an agent that was killed left running. */
import { signalGroup, signalProcess } from "../processes.ts";
import { carries, groupMembers, processesCarrying } from "../process_table.ts";
import { isDeadState, processStat } from "../identity.ts";
import { pause as wait } from "../../time/timer.ts";

const GRACE_MS = 300;
const LIMIT_MS = 5000;

/** The mark that every process of an attempt carries in its environment. */
export function tokenMark(token: string): string {
  return `DAGU_RUN_TOKEN=${token}`;
}

/**
 * Ends the processes of an attempt whose agent is dead: those that carry its token, and the recorded groups in which
 * at least one member carries it (a number alone proves nothing, another program may have it by now). First
 * SIGTERM, after 0.3 s SIGKILL.
 * @returns how many processes were ended. Resolves when they are gone, at the latest after 5 s.
 */
export async function endLeftovers(pgids: readonly number[], token: string): Promise<number> {
  if (token === "") return 0;
  const mark = tokenMark(token);
  const groups = pgids.filter((pgid) => groupMembers(pgid).some((pid) => carries(pid, [mark])));
  const ended = new Set<number>();
  const start = performance.now();
  for (let pause = 5;; pause = Math.min(pause * 2, 50)) {
    const alive = new Set(processesCarrying([mark]).filter(runs));
    for (const pgid of groups) for (const pid of groupMembers(pgid)) alive.add(pid);
    alive.delete(Deno.pid);
    const elapsed = performance.now() - start;
    if (alive.size === 0 || elapsed > LIMIT_MS) return ended.size;
    const signal = elapsed < GRACE_MS ? "SIGTERM" : "SIGKILL";
    const fresh = [...alive].filter((pid) => signal === "SIGKILL" || !ended.has(pid));
    if (fresh.length > 0) {
      for (const pgid of groups) signalGroup(pgid, signal);
      for (const pid of fresh) {
        signalProcess(pid, signal);
        ended.add(pid);
      }
    }
    await wait(pause);
  }
}

function runs(pid: number): boolean {
  const stat = processStat(pid);
  return stat !== null && !isDeadState(stat.state);
}
