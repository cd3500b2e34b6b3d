/** `/proc` as the processes of one simulated machine see it. */
import { missing } from "./disk.ts";
import { current } from "./process.ts";

/** @throws NotFound */
export function procText(path: string): string {
  const { machine } = current();
  if (path === "/proc/sys/kernel/random/boot_id") return `${machine.bootId}\n`;
  const [, pid, what] = /^\/proc\/(\d+)\/(stat|environ)$/.exec(path) ?? [];
  const process = machine.processes.get(Number(pid));
  if (!process) throw missing(path);
  if (what === "environ") return "";
  // State, parent, group, session; the start time is the twentieth of these.
  const fields = ["S", 1, pid, pid, ...Array(15).fill(0), process.startTime];
  return `${pid} (dagu) ${fields.join(" ")} 0 0`;
}

export function* procEntries(): Generator<Deno.DirEntry> {
  for (const pid of current().machine.processes.keys()) {
    yield { name: String(pid), isFile: false, isDirectory: true, isSymlink: false };
  }
}
