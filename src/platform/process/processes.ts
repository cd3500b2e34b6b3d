/**
 * Starts programs: each in a session and process group of its own, with exactly the given environment and an empty
 * standard input.
 */
import { DaguError, messageOf } from "../../core/errors.ts";
import { statIfExistsSync } from "../files/files.ts";
import { nativeSpawn } from "./native_spawn.ts";
import { findProgram, NOT_EXECUTABLE_CODE } from "./program/programs.ts";
import { signalName, signalText } from "./signal_text.ts";
import { startTimer } from "../time/timer.ts";
import { umaskOfChildren } from "./umask.ts";

export interface ProcessRequest {
  /** A path, or a name that is looked for in `env.PATH`. */
  readonly program: string;
  readonly args: readonly string[];
  /** The complete environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly cwd: string;
  /** Of the user, while the program starts further ones; 0 or absent sets no limit. */
  readonly maxProcesses?: number;
}

export interface ProcessEnd {
  /** 128 + n after signal n. */
  readonly exitCode: number;
  /** "" after exit code 0, else `exit status 3` or `signal: killed`. */
  readonly error: string;
  /** A signal ended it, whoever sent that: what it had started may run on. */
  readonly bySignal?: true;
}

export interface StartedProcess {
  /** Number of the process and of its group. */
  readonly pid: number;
  /** Resolves when the process itself has ended; others of its group may go on. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal to the whole group. */
  signal(name: string): void;
}

/** Absolute paths; equal ones share one descriptor, so that the order of the two streams is kept. */
export interface OutputFiles {
  readonly stdout: string;
  readonly stderr: string;
}

// Redirects itself and then becomes the program. Paths come as positional arguments, so that no variable of the
// wrapper can be seen by, or collide with one of, the program.
// What this program has inherited itself is closed, as far as every shell can name it.
const CLOSED = "3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-";
const SEPARATE = `exec 2>>"$1" ${CLOSED}; shift; exec "$@" >>"$0"`;
const MERGED = `shift; exec "$@" >>"$0" 2>&1 ${CLOSED}`;
const PLAIN = `exec "$@" ${CLOSED}`;
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Starts a program whose output is appended to files by the system itself: no byte passes through this process.
 * @throws DaguError when it cannot be started; its exit code is 127 or 126.
 */
export function startToFiles(request: ProcessRequest, files: OutputFiles): StartedProcess {
  const native = startNatively(request, files);
  if (native) return native;
  const script = files.stdout === files.stderr ? MERGED : SEPARATE;
  const child = spawn(request, [script, files.stdout, files.stderr], "null");
  return new Started(child.pid, endOf(child));
}

/** null when that is not possible: a shell then does what is missing, or tells what is wrong. */
function startNatively(request: ProcessRequest, files: OutputFiles): StartedProcess | null {
  const { args, env, cwd, maxProcesses = 0 } = request;
  if (maxProcesses > 0) return null;
  const { path, name } = programOf(request);
  const child = nativeSpawn({
    path,
    argv: [name, ...args],
    env,
    cwd,
    stdin: "/dev/null",
    ...files,
    umask: umaskOfChildren(),
  });
  return child && new Started(child.pid, child.ended().then(endOfStatus));
}

/**
 * Where the program is, and what it sees as its own name: that which was given. The path of a script is its name, so
 * one that was given stays as it is, and is not looked at: a start that fails tells as much.
 */
function programOf({ program, env, cwd }: ProcessRequest): { readonly path: string; readonly name: string } {
  if (program.includes("/")) return { path: program, name: program };
  const path = findProgram(program, env, cwd);
  const keepsName = env.PATH !== undefined && !program.startsWith("-");
  return { path, name: keepsName ? program : path };
}

/**
 * Gets the bytes of one stream in order. The next ones are read when the promise resolves, into the same memory:
 * who keeps bytes has to copy them.
 */
export type OutputSink = (stream: "stdout" | "stderr", bytes: Uint8Array) => Promise<void>;

/**
 * Starts a program whose output passes through `sink`. `ended` resolves when the program has ended and what it wrote
 * was delivered. Programs that it left in the background may write on; that is thrown away.
 * @throws DaguError when it cannot be started.
 */
export function startPiped(request: ProcessRequest, sink: OutputSink): StartedProcess {
  const child = spawn(request, [PLAIN, "sh"], "piped");
  return new Started(child.pid, endOf(child), new Drain(child, sink));
}

/** @param script Text for the wrapping shell, then its `$0` and `$1`. */
function spawn(request: ProcessRequest, script: string[], output: "null" | "piped"): Deno.ChildProcess {
  const { program, env, cwd, maxProcesses = 0 } = request;
  findProgram(program, env, cwd);
  let command = [programOf(request).name, ...request.args];
  let own: Record<string, string> = env;
  const foreign = Object.keys(env).filter((name) => !SHELL_NAME.test(name));
  if (foreign.length > 0) {
    // The wrapping shell would drop variables that it cannot name, such as those of positional parameters.
    own = Object.fromEntries(Object.entries(env).filter(([name]) => SHELL_NAME.test(name)));
    command = ["/usr/bin/env", "--", ...foreign.map((name) => `${name}=${env[name]}`), ...command];
  }
  const separate = separator();
  if (separate) command = [separate, ...command];
  const mask = umaskOfChildren();
  const before = (mask === null ? "" : `umask ${mask.toString(8)}; `) +
    (env.PWD === undefined ? "unset PWD; " : "") +
    (maxProcesses > 0 ? processLimit(maxProcesses) : "");
  command = ["/bin/sh", "-c", before + script[0], ...script.slice(1), ...command];
  try {
    return new Deno.Command(command[0], {
      args: command.slice(1),
      env: own,
      clearEnv: true,
      cwd,
      stdin: "null",
      stdout: output,
      stderr: output,
      detached: separate === null,
    }).spawn();
  } catch (error) {
    throw startFailure(request, error);
  }
}

/** Shells call it by one of two letters; one that has neither, or must not set it, does not go on. */
function processLimit(count: number): string {
  const set = `{ ulimit -u ${count} || ulimit -p ${count}; } 2>/dev/null`;
  return `${set} || exit ${NOT_EXECUTABLE_CODE}; `;
}

let setsid: string | null | undefined;

/**
 * The program that starts another one in a session of its own; null where there is none. It is preferred over
 * `detached`: with that Deno has to fork itself, which stops it for about a millisecond, more the more memory it has.
 */
export function separator(): string | null {
  if (setsid === undefined) {
    setsid = ["/usr/bin/setsid", "/bin/setsid"].find((path) => statIfExistsSync(path) !== null) ?? null;
  }
  return setsid;
}

function startFailure(request: ProcessRequest, error: unknown): DaguError {
  let why = messageOf(error);
  if (error instanceof Deno.errors.NotFound && !statIfExistsSync(request.cwd)?.isDirectory) {
    why = `its working directory "${request.cwd}" does not exist`;
  }
  return new DaguError(`Cannot start "${request.program}": ${why}`, {
    cause: error,
    exitCode: NOT_EXECUTABLE_CODE,
  });
}

class Started implements StartedProcess {
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  #running = true;

  constructor(pid: number, end: Promise<ProcessEnd>, drain?: Drain) {
    this.pid = pid;
    this.ended = end.then((value) => {
      this.#running = false;
      return drain ? drain.finish().then(() => value) : value;
    });
  }

  signal(name: string): void {
    // In its first moments the process has no group of its own yet.
    if (!signalGroup(this.pid, name) && this.#running) signalProcess(this.pid, name);
  }
}

/** How a child of this process ended. */
export async function endOf(child: Deno.ChildProcess): Promise<ProcessEnd> {
  try {
    const { code, signal } = await child.status;
    if (signal !== null) return { exitCode: code, error: signalText(signal), bySignal: true };
    return { exitCode: code, error: code === 0 ? "" : `exit status ${code}` };
  } catch (error) {
    // Deno has no name for real-time signals.
    const number = /Invalid signal: (\d+)/.exec(messageOf(error))?.[1];
    if (number) return { exitCode: 128 + Number(number), error: signalText(number), bySignal: true };
    return { exitCode: 1, error: `Cannot tell how the process ended: ${messageOf(error)}` };
  }
}

/** @param status as wait(2) gives it */
function endOfStatus(status: number): ProcessEnd {
  const signal = status & 0x7f;
  if (signal !== 0) return { exitCode: 128 + signal, error: signalText(signalName(signal)), bySignal: true };
  const exitCode = (status >> 8) & 0xff;
  return { exitCode, error: exitCode === 0 ? "" : `exit status ${exitCode}` };
}

/** Unread bytes after the end of a program fit into a pipe; background programs may hold that pipe for ever. */
const QUIET_MS = 25;
const LONGEST_DRAIN_MS = 2000;
const PIPE_BYTES = 65536;

class Drain {
  readonly #child: Deno.ChildProcess;
  readonly #sink: OutputSink;
  readonly #done: Promise<unknown>;
  #reads = 0;
  #delivering = 0;
  #discard = false;

  constructor(child: Deno.ChildProcess, sink: OutputSink) {
    this.#child = child;
    this.#sink = sink;
    this.#done = Promise.all([this.#read("stdout", child.stdout), this.#read("stderr", child.stderr)]);
  }

  async #read(name: "stdout" | "stderr", stream: ReadableStream<Uint8Array>): Promise<void> {
    // One buffer for all: fresh ones would pile up faster than they are collected.
    const reader = stream.getReader({ mode: "byob" });
    let buffer = new Uint8Array(PIPE_BYTES);
    try {
      for (;;) {
        const { value, done } = await reader.read(buffer);
        if (done) return;
        buffer = new Uint8Array(value.buffer);
        this.#reads++;
        if (this.#discard) continue;
        this.#delivering++;
        try {
          await this.#sink(name, value);
        } catch {
          // What cannot be stored is dropped; the program must not hang on a full pipe because of that.
        } finally {
          this.#delivering--;
        }
      }
    } catch {
      // The pipe was closed under the reader: there is nothing more to get.
    }
  }

  /** Resolves at the end of both streams, or when nothing comes any more though someone still holds them. */
  async finish(): Promise<void> {
    let ended = false;
    const done = this.#done.then(() => ended = true);
    const limit = performance.now() + LONGEST_DRAIN_MS;
    for (let quiet = 0, seen = -1; quiet < 2 && !ended;) {
      await soonerOf(done, QUIET_MS);
      quiet = this.#reads === seen && this.#delivering === 0 ? quiet + 1 : 0;
      seen = this.#reads;
      if (performance.now() > limit && this.#delivering === 0) break;
    }
    if (ended) return;
    this.#discard = true;
    this.#child.unref();
  }
}

async function soonerOf(done: Promise<unknown>, ms: number): Promise<void> {
  let cancel = () => {};
  await Promise.race([done, new Promise<void>((resolve) => cancel = startTimer(ms, resolve))]);
  cancel();
}

/** Sends a signal to a process group. @returns false when no such group exists. */
export function signalGroup(pgid: number, name: string): boolean {
  return pgid > 1 && signalProcess(-pgid, name);
}

/** Sends a signal to a process. @returns false when it does not exist or is another user's. */
export function signalProcess(pid: number, name: string): boolean {
  try {
    Deno.kill(pid, name as Deno.Signal);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof TypeError) {
      throw new DaguError(`Cannot send the signal "${name}": no such signal is known`);
    }
    throw new DaguError(`Cannot send ${name} to process ${pid}: ${messageOf(error)}`, { cause: error });
  }
}
