/** Looks through /proc. Systems without it have an empty table. */
import { isDeadState, processStat } from "./identity.ts";

/** Numbers of all processes. */
export function allProcesses(): number[] {
  const pids: number[] = [];
  try {
    for (const entry of Deno.readDirSync("/proc")) {
      const pid = Number(entry.name);
      if (pid > 0) pids.push(pid);
    }
  } catch {
    // No /proc.
  }
  return pids;
}

/** Whether the environment that a process was started with holds every one of these `NAME=value` marks. */
export function carries(pid: number, marks: readonly string[]): boolean {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(`/proc/${pid}/environ`);
  } catch {
    return false; // Gone, or of another user.
  }
  if (bytes.length === 0) return false;
  const text = "\0" + new TextDecoder().decode(bytes);
  return marks.every((mark) => text.includes(`\0${mark}\0`));
}

/** Processes other than this one that run and carry all marks. */
export function processesCarrying(marks: readonly string[]): number[] {
  return allProcesses().filter((pid) => pid !== Deno.pid && carries(pid, marks));
}

/** Members of a process group that still run code. */
export function groupMembers(pgid: number): number[] {
  return allProcesses().filter((pid) => {
    const stat = processStat(pid);
    return stat !== null && stat.group === pgid && !isDeadState(stat.state);
  });
}
