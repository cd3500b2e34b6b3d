/**
 * Landlock: the Linux kernel lets this thread, and all that it starts from now on, read below some paths only. What
 * is open already stays readable. See landlock(7).
 */
import { messageOf } from "../../core/errors.ts";
import { statIfExistsSync } from "../files/files.ts";
import { dirname } from "../files/path.ts";

const CREATE_RULESET = 444n;
const ADD_RULE = 445n;
const RESTRICT_SELF = 446n;
const PATH_BENEATH = 1n;
const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;
const PR_SET_NO_NEW_PRIVS = 38;
const O_PATH_CLOEXEC = 0o12000000;

const SYMBOLS = {
  syscall: { parameters: ["i64", "i64", "i64", "i64", "i64"], result: "i64" },
  prctl: { parameters: ["i32", "i64", "i64", "i64", "i64"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/**
 * @param paths absolute; of one that does not exist yet the nearest folder above it counts
 * @returns "" or why it cannot be done here
 */
export function readOnlyBelow(paths: readonly string[]): string {
  let libc: Libc;
  try {
    libc = Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  } catch (error) {
    return messageOf(error);
  }
  const handled = new BigUint64Array([READ_FILE | READ_DIR]);
  const ruleset = libc.syscall(CREATE_RULESET, addressOf(handled), 8n, 0n, 0n);
  if (ruleset < 0n) return "the kernel has no Landlock, which is in Linux since 5.13";
  for (const path of paths) allow(libc, ruleset, path);
  const privileges = libc.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n);
  const done = privileges === 0 && libc.syscall(RESTRICT_SELF, ruleset, 0n, 0n, 0n) === 0n;
  libc.close(Number(ruleset));
  return done ? "" : "the kernel refused the rules of Landlock";
}

/** A path that cannot be opened is not readable anyway. */
function allow(libc: Libc, ruleset: bigint, path: string): void {
  let place = path;
  let info = statIfExistsSync(place);
  for (; info === null && place !== "/"; info = statIfExistsSync(place)) place = dirname(place);
  const fd = libc.open(new TextEncoder().encode(`${place}\0`), O_PATH_CLOEXEC);
  if (fd < 0) return;
  // struct { u64 allowed_access; s32 parent_fd; } without padding
  const rule = new DataView(new ArrayBuffer(16));
  rule.setBigUint64(0, info?.isDirectory ? READ_FILE | READ_DIR : READ_FILE, true);
  rule.setInt32(8, fd, true);
  libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, addressOf(rule), 0n);
  libc.close(fd);
}

function addressOf(memory: BufferSource): bigint {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(memory)));
}
