/** Workers shared by executions that hold the same code and the same permissions. */
import { permissionKey, type PermissionSet } from "../../core/permissions.ts";
import { type SandboxWorker, startSandbox } from "../../platform/sandbox_worker.ts";
import type { Execution, StepLog, StepOutcome } from "../../ports/executor.ts";
import type { FromWorker } from "./protocol.ts";

export interface SandboxLimits {
  /** Workers of one set. */
  readonly workers: number;
  /** Requests that one worker does at the same time: 1 for code that computes, more for code that waits. */
  readonly requestsPerWorker: number;
  /**
   * Milliseconds in which the code may end a request by itself after SIGKILL, because something elsewhere has to be
   * ended; absent ends the worker at once.
   */
  readonly killMs?: number;
}

export interface SandboxJob {
  /** Folder of the executor. */
  readonly name: string;
  readonly permissions: PermissionSet;
  readonly request: unknown;
  readonly log: StepLog;
  readonly limits: SandboxLimits;
}

/** Owns all workers of one agent. */
export class SandboxPool {
  readonly #groups = new Map<string, Group>();

  /** Runs a job as soon as one of the workers of its set has room. */
  run(job: SandboxJob): Execution {
    const key = `${job.name} ${permissionKey(job.permissions)}`;
    let group = this.#groups.get(key);
    if (!group) this.#groups.set(key, group = new Group(job));
    return group.run(job);
  }

  /** Ends every worker: a forgotten one would keep the process alive. */
  close(): void {
    for (const group of this.#groups.values()) group.close();
    this.#groups.clear();
  }
}

class Group {
  readonly #members = new Set<Member>();
  readonly #waiting: Ticket[] = [];

  constructor(readonly first: SandboxJob) {}

  run(job: SandboxJob): Execution {
    const ticket = new Ticket(job);
    this.#waiting.push(ticket);
    this.#next();
    return ticket;
  }

  close(): void {
    for (const member of this.#members) member.end("the agent ends");
    for (const ticket of this.#waiting.splice(0)) ticket.finish(signalled("SIGTERM"));
  }

  #next(): void {
    const { name, permissions, limits } = this.first;
    while (this.#waiting.length > 0) {
      let member = [...this.#members].find((m) => m.size < limits.requestsPerWorker);
      if (!member) {
        if (this.#members.size >= limits.workers) return;
        member = new Member(name, permissions, (gone) => {
          this.#members.delete(gone);
          this.#next();
        }, () => this.#next());
        this.#members.add(member);
      }
      const ticket = this.#waiting.shift()!;
      if (!ticket.finished) member.take(ticket);
    }
  }
}

/** One worker and the requests that it is doing. */
class Member {
  readonly #worker: SandboxWorker;
  readonly #tickets = new Map<number, Ticket>();
  #count = 0;

  constructor(
    name: string,
    permissions: PermissionSet,
    readonly onGone: (member: Member) => void,
    readonly onRoom: () => void,
  ) {
    this.#worker = startSandbox(name, permissions, {
      onMessage: (message) => this.#receive(message as FromWorker),
      onBreakdown: (reason) => this.end(reason),
    });
  }

  get size(): number {
    return this.#tickets.size;
  }

  take(ticket: Ticket): void {
    const id = ++this.#count;
    this.#tickets.set(id, ticket);
    ticket.attach({ signal: (name) => this.#signal(ticket, id, name) });
    this.#worker.post({ kind: "run", id, request: ticket.job.request });
  }

  /** Terminates the worker; whatever it was doing has failed. */
  end(reason: string): void {
    this.#worker.terminate();
    const tickets = [...this.#tickets.values()];
    this.#tickets.clear();
    for (const ticket of tickets) {
      ticket.finish(reason === "signal: killed" ? signalled("SIGKILL") : { exitCode: 1, error: reason });
    }
    this.onGone(this);
  }

  #signal(ticket: Ticket, id: number, name: string): void {
    const { killMs = 0 } = ticket.job.limits;
    if (name !== "SIGKILL" || killMs > 0) this.#worker.post({ kind: "stop", id, signal: name });
    if (name !== "SIGKILL") return;
    // What does not end by itself is ended with its worker; the others in it are unlucky and fail.
    if (killMs === 0) this.end("signal: killed");
    else {
      const timer = setTimeout(() => this.end("signal: killed"), killMs);
      void ticket.done.then(() => clearTimeout(timer));
    }
  }

  #receive(message: FromWorker): void {
    if (message.kind === "ready") return;
    const ticket = this.#tickets.get(message.id);
    if (!ticket) return;
    if (message.kind === "done") {
      this.#tickets.delete(message.id);
      ticket.finish(message.outcome);
      this.onRoom();
      return;
    }
    const { id, bytes } = message;
    ticket.store(message.stream, bytes, () => this.#worker.post({ kind: "stored", id, bytes: bytes.length }));
  }
}

/** One execution, from the queue to its outcome. */
class Ticket implements Execution {
  readonly done: Promise<StepOutcome>;
  finished = false;
  #resolve!: (outcome: StepOutcome) => void;
  #stored: Promise<void> = Promise.resolve();
  #handle: { signal(name: string): void } | null = null;

  constructor(readonly job: SandboxJob) {
    this.done = new Promise((resolve) => this.#resolve = resolve);
  }

  attach(handle: { signal(name: string): void }): void {
    this.#handle = handle;
  }

  signal(name: string): void {
    if (this.finished) return;
    if (this.#handle) this.#handle.signal(name);
    else this.finish(signalled(name));
  }

  store(stream: "stdout" | "stderr", bytes: Uint8Array, stored: () => void): void {
    this.#stored = this.#stored.then(() => this.job.log.write(stream, bytes)).catch(() => {}).then(stored);
  }

  finish(outcome: StepOutcome): void {
    if (this.finished) return;
    this.finished = true;
    // The outcome counts when all output stands in the log.
    void this.#stored.then(() => this.#resolve(outcome));
  }
}

function signalled(name: string): StepOutcome {
  return name === "SIGKILL"
    ? { exitCode: 137, error: "signal: killed" }
    : { exitCode: 143, error: "signal: terminated" };
}
