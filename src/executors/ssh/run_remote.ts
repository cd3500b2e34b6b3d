/** Runs one program at the other side, from its start to its exit code. */
import { signalText } from "../../platform/signal_text.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import type { SandboxIo } from "../sandbox/worker_runtime.ts";
import type { OpenChannel, Route } from "./connections.ts";
import type { RemoteProgram } from "./request.ts";
import type { SshChannel } from "./ssh2_types.ts";

/** As `ssh` itself does: the exit code when not the program but the connection failed. */
export const LOST_EXIT_CODE = 255;
/** How long the host may take to tell of the end of what was killed. */
const KILL_MS = 1500;

/** Signals that the protocol knows, with the numbers that make exit codes. */
const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  ABRT: 6,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};

/** @param where of the host, for error texts */
export async function runRemote(
  route: Route,
  program: RemoteProgram,
  io: SandboxIo,
  where: string,
): Promise<StepOutcome> {
  const opening = route.exec(program.command);
  const open = await Promise.race([opening, aborted(io.signal)]);
  if (open === null) {
    void opening.then(abandon, () => {});
    return endedBy(String(io.signal.reason));
  }
  try {
    return await new Run(open, io).outcome(program.stdin, where);
  } finally {
    open.release();
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener("abort", () => resolve(null), { once: true });
  });
}

/** Nobody waits any more for a command that has just been started. */
function abandon(open: OpenChannel): void {
  passOn(open, "KILL");
  open.channel.close();
  open.release();
}

class Run {
  readonly #open: OpenChannel;
  readonly #io: SandboxIo;
  #end: StepOutcome | null = null;
  #stopped = "";
  #close!: () => void;

  constructor(open: OpenChannel, io: SandboxIo) {
    this.#open = open;
    this.#io = io;
  }

  async outcome(stdin: string, where: string): Promise<StepOutcome> {
    const { channel } = this.#open;
    const closed = new Promise<void>((resolve) => this.#close = resolve);
    channel.on("error", () => {});
    channel.once("exit", (code, signal) => this.#ended(code, signal ?? ""));
    const output = Promise.all([this.#copy(channel, "stdout"), this.#copy(channel.stderr, "stderr")]);
    channel.once("close", () => void output.then(this.#close));
    channel.end(stdin);
    this.#io.onSignal((name) => this.#signal(name));
    await closed;
    if (this.#end) return this.#end;
    if (this.#stopped !== "") return endedBy(this.#stopped);
    return {
      exitCode: LOST_EXIT_CODE,
      error: `The connection to ${where} was lost before the command ended`,
    };
  }

  #ended(code: number | null, signal: string): void {
    if (code === null) this.#end = endedBy(`SIG${signal}`);
    else this.#end = { exitCode: code, error: code === 0 ? "" : `exit status ${code}` };
    // Something that it has started may hold the output open.
    if (this.#stopped !== "") setTimeout(this.#close, KILL_MS);
  }

  async #copy(chunks: AsyncIterable<Uint8Array>, stream: "stdout" | "stderr"): Promise<void> {
    try {
      for await (const chunk of chunks) await this.#io.write(stream, chunk);
    } catch {
      // The connection broke: the missing exit code tells of it.
    }
  }

  #signal(name: string): void {
    this.#stopped = name;
    const known = name.replace(/^SIG/, "");
    passOn(this.#open, known in SIGNALS ? known : "TERM");
    if (known === "KILL") {
      setTimeout(() => {
        this.#open.channel.close();
        this.#close();
      }, KILL_MS);
    }
  }
}

/**
 * The package itself sends no signal any more when the end of stdin was sent, though the protocol allows that; and
 * without the end of stdin what reads it would wait for ever.
 */
function passOn(
  { client, channel }: { client: OpenChannel["client"]; channel: SshChannel },
  name: string,
): void {
  const { id, state } = channel.outgoing;
  if (state === "open" || state === "eof") client._protocol?.signal(id, name);
}

function endedBy(signal: string): StepOutcome {
  const number = SIGNALS[signal.replace(/^SIG/, "")] ?? 0;
  return { exitCode: 128 + number, error: signalText(signal) };
}
