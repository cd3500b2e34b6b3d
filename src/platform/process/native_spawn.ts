/**
 * Starts a program by posix_spawn(3) of the C library: in a session of its own, with its output in files. Deno itself
 * can do neither without two further programs in between, each of which costs as much as a small step does.
 */
import { INT, int, libc } from "../libc.ts";
import { Pulse } from "../time/pulse.ts";

export interface NativeRequest {
  /** Of the program: absolute, or seen from `cwd`. */
  readonly path: string;
  /** With the name of the program in front. */
  readonly argv: readonly string[];
  /** The complete environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute path of what it reads. */
  readonly stdin: string;
  /** Absolute paths of what output is appended to. */
  readonly stdout: string;
  readonly stderr: string;
  /** Permissions that its files lack; null for those of this process. */
  readonly umask: number | null;
}

export interface NativeProcess {
  readonly pid: number;
  /**
   * Resolves at its end with the status that wait(2) gives. To be called once, at once, or not at all; keeps this
   * program alive until then.
   */
  ended(): Promise<number>;
}

/** A pipe to a program that is yet to be started. */
export interface NativePipe {
  /** What the program opens as its input. */
  readonly path: string;
  /** Where to write to; a reader sees its end when this is closed, or this program has ended. */
  readonly input: Deno.FsFile;
  /** To be called when the program has been started. */
  handedOver(): void;
}

const SYMBOLS = {
  posix_spawn: { parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"], result: INT },
  posix_spawn_file_actions_addopen: { parameters: ["buffer", "i32", "buffer", "i32", "u32"], result: INT },
  // Of glibc since 2.34.
  posix_spawn_file_actions_addclosefrom_np: { parameters: ["buffer", "i32"], result: INT },
  posix_spawn_file_actions_addchdir_np: { parameters: ["buffer", "buffer"], result: INT },
  posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: INT },
  waitpid: { parameters: ["i32", "buffer", "i32"], result: INT },
  pipe2: { parameters: ["buffer", "i32"], result: INT },
  close: { parameters: ["i32"], result: INT },
  poll: { parameters: ["pointer", "usize", "i32"], result: INT },
} as const;

type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

// As Linux has them, whatever the processor and the C library.
const O_RDONLY = 0, O_WRONLY = 0o1, O_CREAT = 0o100, O_APPEND = 0o2000, O_CLOEXEC = 0o2000000;
const SETSIGDEF = 0x04, SETSIGMASK = 0x08, SETSID = 0x80;
const WNOHANG = 1;
/** What nohup and shells ignore on purpose, what cannot be ignored, and two that the C library has for itself. */
const KEPT = [1, 2, 3, 9, 10, 12, 14, 15, 17, 18, 19, 20, 21, 22, 32, 33];
const SIGNALS = 64;
/** Larger than any of the opaque structures. */
const OPAQUE = 512;
/** What is said of a child for which somebody else has waited: exit code 127. */
const UNKNOWN = 127 << 8;
/** Signals of many children may come as one, and a program that waits for nothing else must not end. */
const LOOK_MS = 5000;
/** Small programs are over sooner. */
const BRIEF_MS = 1;
/** Whatever else there is to do has its turn at least this often. */
const TURN_MS = 10;

const encoder = /* @__PURE__ */ new TextEncoder();

let library: Libc | null | undefined;

/** null where the C library has not all that is needed, or this program may not use it. */
function loaded(): Libc | null {
  if (library !== undefined) return library;
  const c = library = libc(SYMBOLS);
  // Who started this program may have it ignore the ends of children, which leave no status then: listening ends that.
  if (c) Deno.addSignalListener("SIGCHLD", () => children.look(c));
  return c;
}

/** null when it cannot be started in this way: nothing has been started then, and nothing is said about why. */
export function nativeSpawn(request: NativeRequest): NativeProcess | null {
  const c = loaded();
  if (!c) return null;
  const { path, cwd, stdin, stdout, stderr } = request;
  const paths = strings([path, cwd, stdin, stdout, stderr]);
  const argv = stringList(request.argv);
  const envp = environment(request.env);
  if (!paths || !argv || !envp) return null;
  const actions = actionsOf(c, paths);
  const pid = new Int32Array(1);
  const mask = request.umask === null ? null : Deno.umask(request.umask);
  const failure = int(c.posix_spawn(pid, paths[0]!, actions, attributesOf(), argv, envp));
  if (mask !== null) Deno.umask(mask);
  c.posix_spawn_file_actions_destroy(actions);
  reap(c);
  if (failure !== 0) return null;
  const [child] = pid as unknown as [number];
  unheeded.add(child);
  const ended = () => {
    unheeded.delete(child);
    return new Promise<number>((resolve) => children.add(c, child, resolve));
  };
  return { pid: child, ended };
}

/** Nobody has asked for their ends. */
const unheeded = new Set<number>();

/** Those of them that have ended would stay in the table of processes for as long as this program lives. */
function reap(c: Libc): void {
  const status = new Int32Array(1);
  for (const pid of unheeded) if (int(c.waitpid(pid, status, WNOHANG)) !== 0) unheeded.delete(pid);
}

/** null where there are none. */
export function nativePipe(): NativePipe | null {
  const c = loaded();
  const ends = new Int32Array(2);
  if (!c || int(c.pipe2(ends, O_CLOEXEC)) !== 0) return null;
  const [reading, writing] = ends as unknown as [number, number];
  const handedOver = () => void c.close(reading);
  try {
    const input = Deno.openSync(`/proc/self/fd/${writing}`, { write: true });
    return { path: `/proc/self/fd/${reading}`, input, handedOver };
  } catch {
    // A program with rights that its file gave it may not look at its own descriptors.
    handedOver();
    return null;
  } finally {
    c.close(writing);
  }
}

/** What is done before the program begins. The structure is empty when it holds zeros. */
function actionsOf(
  c: Libc,
  [, cwd, stdin, stdout, stderr]: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  const actions = new Uint8Array(OPAQUE);
  const open = (descriptor: number, path: Uint8Array<ArrayBuffer>, how: number) =>
    c.posix_spawn_file_actions_addopen(actions, descriptor, path, how, 0o666);
  open(0, stdin!, O_RDONLY);
  open(1, stdout!, O_WRONLY | O_CREAT | O_APPEND);
  open(2, stderr!, O_WRONLY | O_CREAT | O_APPEND);
  // What this program has inherited itself; its own ones are closed by the system.
  c.posix_spawn_file_actions_addclosefrom_np(actions, 3);
  c.posix_spawn_file_actions_addchdir_np(actions, cwd!);
  return actions;
}

let attributes: Uint8Array<ArrayBuffer> | null = null;

/**
 * A session of its own, no signal held back, and the default for each that nobody ignores on purpose: for SIGPIPE as
 * well, which this program itself ignores. (The C library looks at all others first, which takes longer.)
 *
 * The structure, of 336 bytes: flags (16 bits), group (32), signals to reset (1,024), signals held back (1,024), and
 * what is not used.
 */
function attributesOf(): Uint8Array<ArrayBuffer> {
  if (attributes) return attributes;
  attributes = new Uint8Array(OPAQUE);
  attributes[0] = SETSIGDEF | SETSIGMASK | SETSID;
  for (let signal = 1; signal <= SIGNALS; signal++) {
    if (!KEPT.includes(signal)) attributes[8 + ((signal - 1) >> 3)]! |= 1 << ((signal - 1) & 7);
  }
  return attributes;
}

/** The strings, each with the zero at its end; null when one of them holds a zero, which would end it. */
function strings(values: readonly string[]): Uint8Array<ArrayBuffer>[] | null {
  const all = encoded(values);
  const found: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0, end = 0; at < all.length; at = end) {
    end = all.indexOf(0, at) + 1;
    found.push(all.subarray(at, end));
  }
  return found.length === values.length ? found : null;
}

/** To call the encoder costs more than to encode. */
function encoded(values: readonly string[]): Uint8Array<ArrayBuffer> {
  return encoder.encode(values.map((value) => `${value}\0`).join(""));
}

/** An array of pointers to strings, with a null at its end, as C has it; the strings stand behind it. */
function stringList(values: readonly string[]): Uint8Array<ArrayBuffer> | null {
  const all = encoded(values);
  const size = 8 * (values.length + 1);
  const list = new Uint8Array(size + all.length);
  list.set(all, size);
  const pointers = new BigUint64Array(list.buffer, 0, values.length);
  const start = Deno.UnsafePointer.value(Deno.UnsafePointer.of(list));
  let at = size;
  for (let i = 0; i < values.length; i++) {
    pointers[i] = start + BigInt(at);
    at = list.indexOf(0, at) + 1;
  }
  return at === list.length ? list : null;
}

/** null when a name cannot be told from its value. */
function environment(env: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> | null {
  const names = Object.keys(env);
  if (names.some((name) => name === "" || name.includes("="))) return null;
  return stringList(names.map((name) => `${name}=${env[name]}`));
}

/** Those that have not ended. Nothing else may wait for them. */
const children = new class {
  readonly #waiting = new Map<number, (status: number) => void>();
  readonly #pulse = new Pulse(LOOK_MS);
  #rest = () => {};
  /** When others had their turn. */
  #turn = 0;

  add(c: Libc, pid: number, ended: (status: number) => void): void {
    this.#waiting.set(pid, ended);
    if (this.#waiting.size === 1) this.#rest = this.#pulse.listen(() => this.look(c));
    // It may have ended before anybody listened.
    this.look(c, [[pid, ended]]);
    // When all that can be done meanwhile has been done.
    if (this.#waiting.size === 1) queueMicrotask(() => this.#waitBriefly(c));
  }

  /**
   * Sleeps until the signal that the only child has ended. Through the event loop, which a thread that was told of the
   * signal wakes, the news takes 60 µs longer: a twentieth of what a small step takes in all.
   */
  #waitBriefly(c: Libc): void {
    if (this.#waiting.size !== 1) return;
    const now = performance.now();
    if (now - this.#turn > TURN_MS) {
      this.#turn = now;
      return;
    }
    c.poll(null, 0n, BRIEF_MS);
    this.look(c);
  }

  look(c: Libc, some: Iterable<readonly [number, (status: number) => void]> = this.#waiting): void {
    const status = new Int32Array(1);
    for (const [pid, ended] of some) {
      const found = int(c.waitpid(pid, status, WNOHANG));
      if (found === 0) continue;
      this.#waiting.delete(pid);
      ended(found === pid ? status[0]! : UNKNOWN);
    }
    if (this.#waiting.size === 0) this.#rest();
  }
}();
