/** The calls of a process's main thread that change files, or what others do: which there are, and how to kill it before one. Needs strace. */
import { needs } from "../needs.ts";

/** What is opened and not written to yet falls to the next of them. */
const CALLS =
  "rename,renameat,renameat2,mkdir,mkdirat,unlink,unlinkat,rmdir,link,linkat,write,ftruncate,truncate,sendto";

/** One of the calls: strace counts each kind by itself. */
export interface KillPoint {
  readonly call: string;
  /** From 1 on. */
  readonly nth: number;
}

/** Command line that stands before another one, or before `-p PID`, and writes down its calls. */
export function tracing(out: string): string[] {
  return [needs("strace").path, "-qq", "-y", "-o", out, "-e", `trace=${CALLS}`];
}

/** Command line of a tracer that kills before a call. */
export function killing({ call, nth }: KillPoint): string[] {
  const inject = `inject=${call}:signal=KILL:when=${nth}`;
  return [needs("strace").path, "-qq", "-o", "/dev/null", "-e", `trace=${call}`, "-e", inject];
}

/** The calls that were written down, in their order; without those on what is no file. */
export function pointsOf(trace: string): KillPoint[] {
  const counts = new Map<string, number>();
  const points: KillPoint[] = [];
  for (const line of trace.split("\n")) {
    const call = /^(\w+)\(/.exec(line)?.[1];
    if (!call) continue;
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    if (!/^write\(\d+<(anon_inode|pipe)/.test(line)) points.push({ call, nth });
  }
  return points;
}
