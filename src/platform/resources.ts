/** How much of the machine is used. */

/** Of this process, in bytes. */
export function memoryUse(): { readonly rss: number; readonly heap: number } {
  const { rss, heapUsed } = Deno.memoryUsage();
  return { rss, heap: heapUsed };
}

/** Time that all processors spent since the machine began, in ticks; null where it cannot be had. */
export function processorTime(): { readonly busy: number; readonly total: number } | null {
  try {
    const ticks = Deno.readTextFileSync("/proc/stat").split("\n", 1)[0].trim().split(/\s+/).slice(1).map(
      Number,
    );
    const total = ticks.reduce((sum, one) => sum + one, 0);
    return { busy: total - ticks[3] - (ticks[4] ?? 0), total };
  } catch {
    return null;
  }
}

/** Share of the memory of the machine that is in use, in percent. */
export function machineMemory(): number {
  const { total, available } = Deno.systemMemoryInfo();
  return total > 0 ? (total - available) / total * 100 : 0;
}

/** Programs that want a processor, mean of the last minute. */
export function machineLoad(): number {
  return Deno.loadavg()[0];
}

/**
 * Whether more threads want to run at this moment than the processors can take, twice over; false where the system
 * does not tell.
 */
export function isSaturated(): boolean {
  try {
    const running = Number(Deno.readTextFileSync("/proc/loadavg").split(/[ /]/)[3]);
    return running > 2 * processors();
  } catch {
    return false;
  }
}

/** Number of processors that this process may use. */
export function processors(): number {
  return navigator.hardwareConcurrency;
}

/** Share of a file system that is in use, in percent; 0 where it cannot be had. */
export async function diskUse(path: string): Promise<number> {
  try {
    const { statfs } = await import("node:fs/promises");
    const { blocks, bfree, bavail } = await statfs(path);
    const used = Number(blocks) - Number(bfree);
    return used + Number(bavail) > 0 ? used / (used + Number(bavail)) * 100 : 0;
  } catch {
    return 0;
  }
}

/** Room that this user still has on a file system, in bytes; null where it cannot be had. */
export async function freeRoom(path: string): Promise<number | null> {
  try {
    const { statfs } = await import("node:fs/promises");
    const { bavail, bsize } = await statfs(path);
    return Number(bavail) * Number(bsize);
  } catch {
    return null;
  }
}
