/** What the process of a TypeScript step does to itself before it lets the code of the step run. */
import { PERMISSION_KINDS, type PermissionSet } from "../../core/permissions.ts";
import { writeAllSync } from "../files/files.ts";
import { readOnlyBelow } from "./landlock.ts";

/** Looking at the memory costs some 10 µs. */
const LOOK_MS = 25;
/** What the names of hosts and the certificates of servers are looked up in. */
const NETWORK_FILES = [
  "/etc/hosts",
  "/etc/resolv.conf",
  "/etc/nsswitch.conf",
  "/etc/gai.conf",
  "/etc/ssl",
  "/run/systemd/resolve",
  "/lib",
  "/usr/lib",
];

/** Reads a file and removes it: nobody else is to find it. */
export function takeText(path: string): string {
  const text = Deno.readTextFileSync(path);
  Deno.removeSync(path);
  return text;
}

/** Variables of this process. */
export function variablesNamed(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, Deno.env.get(name) ?? ""]));
}

/** Opens a file now, to write it later, when this process may open nothing any more. */
export function laterWriter(path: string): (text: string) => void {
  const file = Deno.openSync(path, { write: true });
  return (text) => writeAllSync(file, new TextEncoder().encode(text));
}

/**
 * A compiled program loads modules without asking for the permission to read them, so there the kernel has to.
 * @returns "" or why it cannot be done here
 */
export function confineLoading({ read = [], net = [], run = [] }: PermissionSet): string {
  const { standalone } = Deno.build;
  // A started program could read everything anyway, and would not even start.
  if (!standalone || read.includes("*") || run.length > 0) return "";
  return readOnlyBelow(net.length > 0 ? [...read, ...NETWORK_FILES] : read);
}

/** Gives up, for good, each kind of permission that the set does not have. */
export async function revokeAllBut(set: PermissionSet): Promise<void> {
  for (const name of [...PERMISSION_KINDS, "ffi"] as const) {
    const held = name !== "ffi" && (set[name]?.length ?? 0) > 0;
    if (!held) await Deno.permissions.revoke({ name } as Deno.PermissionDescriptor);
  }
}

/**
 * Calls back once when this process holds more than so many MiB beyond what it has now. The collector of garbage
 * knows the limit as well.
 */
export async function limitMemory(mib: number, onExceeded: () => void): Promise<void> {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString(`--max-old-space-size=${mib + Math.ceil(mib / 4)}`);
  const resident = residentBytes();
  const limit = resident() + mib * 1024 * 1024;
  const timer = setInterval(() => {
    if (resident() <= limit) return;
    clearInterval(timer);
    onExceeded();
  }, LOOK_MS);
}

/** Reads through a file that is open already: later this process may open nothing. */
function residentBytes(): () => number {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync("/proc/self/status");
  } catch {
    return () => Deno.memoryUsage().rss;
  }
  const buffer = new Uint8Array(8192);
  const decoder = new TextDecoder();
  return () => {
    file.seekSync(0, Deno.SeekMode.Start);
    const length = file.readSync(buffer) ?? 0;
    const [, kib = "0"] = /VmRSS:\s+(\d+)/.exec(decoder.decode(buffer.subarray(0, length))) ?? [];
    return Number(kib) * 1024;
  };
}
