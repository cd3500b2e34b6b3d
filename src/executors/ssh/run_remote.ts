/** Runs one program at the other side, from its start to its exit code. */
import { signalText } from "../../platform/process/signal_text.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import type { SandboxIo } from "../sandbox/worker_runtime.ts";
import type { OpenChannel, Route } from "./connections.ts";
import type { RemoteProgram } from "./request.ts";
import { signalRemote, SIGNALS } from "./remote_signal.ts";

/** As `ssh` itself does: the exit code when not the program but the connection failed. */
export const LOST_EXIT_CODE = 255;
/** How long the host may take to tell of the end of what was killed. */
const KILL_MS = 3000;

export async function runRemote(route: Route, program: RemoteProgram, io: SandboxIo): Promise<StepOutcome> {
  const opening = route.exec(program.command);
  const open = await Promise.race([opening, aborted(io.signal)]);
  if (open === null) {
    void opening.then((open) => abandon(route, open, program), () => {});
    return endedBy(String(io.signal.reason));
  }
  const run = new Run(route, open, program, io);
  running.add(run);
  try {
    return await run.outcome();
  } finally {
    running.delete(run);
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
function abandon(route: Route, open: OpenChannel, program: RemoteProgram): void {
  signalRemote({ route, open, program, peers: () => programsOf(open) }, "KILL");
  open.channel.close();
  open.release();
}

const running = new Set<Run>();

/** What runs by the same connection, in the order of the starts. */
function programsOf({ client }: OpenChannel): RemoteProgram[] {
  return [...running].filter(({ open }) => open.client === client).map(({ program }) => program);
}

class Run {
  readonly #io: SandboxIo;
  #stopped = "";
  #giveUp!: () => void;

  constructor(
    readonly route: Route,
    readonly open: OpenChannel,
    readonly program: RemoteProgram,
    io: SandboxIo,
  ) {
    this.#io = io;
  }

  async outcome(): Promise<StepOutcome> {
    const { channel, exit, closed } = this.open;
    const given = new Promise<void>((resolve) => this.#giveUp = resolve);
    const output = Promise.all([this.#copy(channel, "stdout"), this.#copy(channel.stderr, "stderr")]);
    // When the connection breaks, what could not be read will never be, and no end is told of.
    const over = output.then(() => closed, () => {});
    channel.end(this.program.stdin);
    this.#io.onSignal((name) => this.#signal(name));
    await Promise.race([over, given]);
    const end = await Promise.race([exit, over, given]);
    if (end) {
      const { code, signal } = end;
      if (code === null) return endedBy(signal);
      return { exitCode: code, error: code === 0 ? "" : `exit status ${code}` };
    }
    if (this.#stopped !== "") return endedBy(this.#stopped);
    return {
      exitCode: LOST_EXIT_CODE,
      error: `The connection to ${this.route.name} was lost before the command ended`,
    };
  }

  async #copy(chunks: AsyncIterable<Uint8Array>, stream: "stdout" | "stderr"): Promise<void> {
    for await (const chunk of chunks) await this.#io.write(stream, chunk);
  }

  #signal(name: string): void {
    const { route, open, program } = this;
    this.#stopped = name;
    const known = name.replace(/^SIG/, "");
    signalRemote({ route, open, program, peers: () => programsOf(open) }, known in SIGNALS ? known : "TERM");
    if (known === "KILL") {
      setTimeout(() => {
        this.open.channel.close();
        this.#giveUp();
      }, KILL_MS);
    }
  }
}

function endedBy(signal: string): StepOutcome {
  const number = SIGNALS[signal.replace(/^SIG/, "")] ?? 0;
  return { exitCode: 128 + number, error: signalText(signal) };
}
