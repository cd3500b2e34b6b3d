/** Who a process is, precisely enough to tell it from another one that got the same number later. */

/** Name of this machine; "localhost" when it cannot be had. */
export function hostName(): string {
  try {
    return Deno.hostname();
  } catch {
    return "localhost";
  }
}

/** A word that changes with each boot; "" where the system has none. */
export function bootId(): string {
  try {
    return Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  } catch {
    return "";
  }
}

/** What /proc tells of a process. */
export interface ProcessStat {
  /** One letter, `Z` for a zombie. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot. */
  readonly startTime: string;
}

/** Reads /proc/<pid>/stat; null when there is no such process or no /proc. */
export function processStat(pid: number): ProcessStat | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return null;
  }
  // The command may hold blanks and brackets, so everything is counted from its closing one.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: fields[19] ?? "",
  };
}

/** Start time of a process in clock ticks since boot; "" when it is gone, a zombie, or the system cannot tell. */
export function processStartTime(pid: number): string {
  const stat = processStat(pid);
  return stat && !isDeadState(stat.state) ? stat.startTime : "";
}

/** A zombie or a process that is being removed: it runs no code any more. */
export function isDeadState(state: string): boolean {
  return state === "Z" || state === "X";
}

/** Whether the process that once had this number and start time still runs. */
export function isSameProcess(pid: number, startTime: string): boolean {
  if (pid <= 0) return false;
  const now = processStartTime(pid);
  if (now !== "" || Deno.build.os === "linux") return now !== "" && now === startTime;
  return processExists(pid);
}

/** Whether any process (also a zombie, also one of another user) has the number; a negative one asks for a group. */
export function processExists(pid: number): boolean {
  try {
    // Signal 0 sends nothing; the types of Deno do not know it, the call does.
    Deno.kill(pid, 0 as unknown as Deno.Signal);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied;
  }
}

export function ownPid(): number {
  return Deno.pid;
}
