/** When the machine, or the container that this process runs in, was started. */
import { bootId, processStat } from "./process/identity.ts";

/** Units of start times in /proc: always 100 a second for programs. */
const TICK_MS = 10;

/** A word that changes with each start, and its time in Unix milliseconds; null where the system cannot tell. */
export function lastBoot(): { readonly id: string; readonly at: number } | null {
  try {
    const seconds = Number(/^btime (\d+)$/m.exec(Deno.readTextFileSync("/proc/stat"))?.[1]);
    const first = processStat(1);
    if (!(seconds > 0) || !first || bootId() === "") return null;
    return { id: `${bootId()}-${first.startTime}`, at: seconds * 1000 + Number(first.startTime) * TICK_MS };
  } catch {
    return null;
  }
}
