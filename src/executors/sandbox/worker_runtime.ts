/** The frame of an executor's code inside its worker: requests in, output and outcomes back. */
import { messageOf } from "../../core/errors.ts";
import { mergePermissions, type PermissionKind, type PermissionSet } from "../../core/permissions.ts";
import { refuseExit } from "../../platform/sandbox/refuse_exit.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import { deniedText } from "./denied.ts";
import { type FromWorker, stopped, type ToWorker } from "./protocol.ts";

/** Output that may be under way to the agent before the code has to wait. */
const WINDOW_BYTES = 1 << 20;

/** What the code of an executor may do while it works. */
export interface SandboxIo {
  /** Writes to the step's log; resolves when more may follow. */
  write(stream: "stdout" | "stderr", data: Uint8Array | string): Promise<void>;
  /** Aborted when the step is to end; its reason is the name of the signal. */
  readonly signal: AbortSignal;
  /** Calls back with every signal, those before included: a second one may have to be passed on. */
  onSignal(listener: (name: string) => void): void;
  /** Notes an access of a kind that may be held as a whole, for who asks what was used of it. */
  uses(kind: PermissionKind, entry: string): void;
  /** Has the agent find out what needs more permissions than this worker holds: the manifest's `answer` does. */
  ask(question: unknown): Promise<string>;
  /** This worker takes no further request, because it holds much memory that it cannot give back. */
  retire(): void;
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
  explain: (error: unknown, request: R) => string = messageOf,
): void {
  refuseExit();
  const scope = globalThis as unknown as WorkerScope;
  const running = new Map<number, Running>();
  const serve = async ({ id, request: given, permissions }: ToWorker & { kind: "run" }) => {
    const request = given as R;
    const run = new Running(id, scope);
    running.set(id, run);
    let outcome: StepOutcome;
    try {
      outcome = await handler(request, run);
    } catch (error) {
      outcome = run.signal.aborted
        ? stopped(String(run.signal.reason))
        : { exitCode: 1, error: deniedText(error, permissions) ?? explain(error, request) };
    }
    running.delete(id);
    scope.postMessage({ kind: "done", id, outcome, used: run.used, retire: run.retired });
  };
  scope.onmessage = ({ data }) => {
    if (data.kind === "stop") running.get(data.id)?.stop(data.signal);
    else if (data.kind === "stored") running.get(data.id)?.stored(data.bytes);
    else if (data.kind === "answer") running.get(data.id)?.answered(data.number, data.text);
    else void serve(data);
  };
  scope.postMessage({ kind: "ready" });
}

class Running implements SandboxIo {
  readonly #stop = new AbortController();
  readonly #encoder = new TextEncoder();
  #underWay = 0;
  readonly #signals: string[] = [];
  readonly #listeners: ((name: string) => void)[] = [];
  /** Both streams may be waiting for room. */
  readonly #waiting: (() => void)[] = [];
  /** What waits for an answer, by number. */
  readonly #questions: (((text: string) => void) | null)[] = [];
  used: PermissionSet = {};
  retired = false;

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
    this.#wake();
  }

  stored(bytes: number): void {
    this.#underWay -= bytes;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  uses(kind: PermissionKind, entry: string): void {
    this.used = mergePermissions(this.used, { [kind]: [entry] });
  }

  ask(question: unknown): Promise<string> {
    const number = this.#questions.push(null) - 1;
    this.scope.postMessage({ kind: "ask", id: this.id, number, question });
    return new Promise((resolve) => this.#questions[number] = resolve);
  }

  answered(number: number, text: string): void {
    this.#questions[number]?.(text);
    this.#questions[number] = null;
  }

  retire(): void {
    this.retired = true;
  }

  async write(stream: "stdout" | "stderr", data: Uint8Array | string): Promise<void> {
    // A copy, because the sent buffer is handed over. Not by slice(): that of node's buffers shares the memory.
    const bytes = typeof data === "string" ? this.#encoder.encode(data) : new Uint8Array(data);
    if (bytes.length === 0) return;
    this.#underWay += bytes.length;
    this.scope.postMessage({ kind: "output", id: this.id, stream, bytes }, [bytes.buffer as ArrayBuffer]);
    while (this.#underWay > WINDOW_BYTES && !this.signal.aborted) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
