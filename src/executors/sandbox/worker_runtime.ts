/** The frame of an executor's code inside its worker: requests in, output and outcomes back. */
import type { StepOutcome } from "../../ports/executor.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

/** Output that may be under way to the agent before the code has to wait. */
const WINDOW_BYTES = 1 << 20;

export interface SandboxIo {
  /** Writes to the step's log; resolves when more may follow. */
  write(stream: "stdout" | "stderr", data: Uint8Array | string): Promise<void>;
  /** Aborted when the step is to end; its reason is the name of the signal. */
  readonly signal: AbortSignal;
  /** Calls back with every signal, those before included: a second one may have to be passed on. */
  onSignal(listener: (name: string) => void): void;
}

/** Does one request. What it throws fails the step with the error's message. */
export type SandboxHandler<R> = (request: R, io: SandboxIo) => Promise<StepOutcome>;

interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
}

/** Serves requests until the worker is terminated. Called once, by the executor's `worker.ts`. */
export function serveSandbox<R>(
  handler: SandboxHandler<R>,
  explain: (error: unknown) => string = messageOf,
): void {
  const scope = globalThis as unknown as WorkerScope;
  const running = new Map<number, Running>();
  scope.onmessage = ({ data }) => {
    if (data.kind === "stop") running.get(data.id)?.stop(data.signal);
    else if (data.kind === "stored") running.get(data.id)?.stored(data.bytes);
    else {
      const run = new Running(data.id, scope);
      running.set(data.id, run);
      handler(data.request as R, run)
        .catch((error): StepOutcome => ({ exitCode: 1, error: explain(error) }))
        .then((outcome) => {
          running.delete(data.id);
          scope.postMessage({ kind: "done", id: data.id, outcome });
        });
    }
  };
  scope.postMessage({ kind: "ready" });
}

class Running implements SandboxIo {
  readonly #stop = new AbortController();
  readonly #encoder = new TextEncoder();
  readonly #signals: string[] = [];
  readonly #listeners: ((name: string) => void)[] = [];
  #underWay = 0;
  /** Both streams may be waiting. */
  #waiting: (() => void)[] = [];

  constructor(readonly id: number, readonly scope: WorkerScope) {}

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  onSignal(listener: (name: string) => void): void {
    for (const name of this.#signals) listener(name);
    this.#listeners.push(listener);
  }

  stop(signal: string): void {
    this.#signals.push(signal);
    this.#stop.abort(signal);
    for (const listener of this.#listeners) listener(signal);
  }

  stored(bytes: number): void {
    this.#underWay -= bytes;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async write(stream: "stdout" | "stderr", data: Uint8Array | string): Promise<void> {
    // A copy, because the sent buffer is handed over.
    const bytes = typeof data === "string" ? this.#encoder.encode(data) : data.slice();
    this.#underWay += bytes.length;
    this.scope.postMessage({ kind: "output", id: this.id, stream, bytes }, [bytes.buffer as ArrayBuffer]);
    while (this.#underWay > WINDOW_BYTES) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
