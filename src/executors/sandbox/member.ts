/** One worker of the pool and the requests that it is doing. */
import type { PermissionSet } from "../../core/permissions.ts";
import type { SandboxWorker } from "../../platform/sandbox/sandbox_worker.ts";
import { startTimer } from "../../platform/time/timer.ts";
import type { StartSandbox } from "./job.ts";
import { type FromWorker, stopped } from "./protocol.ts";
import type { Ticket } from "./ticket.ts";

/** How long a worker may take to give up a request that was killed before it is ended itself. */
const KILL_MS = 1000;

export interface MemberCode {
  readonly name: string;
  readonly permissions: PermissionSet;
  readonly deaf: boolean;
}

export interface MemberListener {
  /** A request is done. */
  onRoom(): void;
  /** The worker is no more. */
  onGone(): void;
}

export class Member {
  readonly #worker: SandboxWorker;
  readonly #code: MemberCode;
  readonly #listener: MemberListener;
  readonly #tickets = new Map<number, Ticket>();
  /** Killed requests that the worker has not given up yet, each with what takes its timer back. */
  readonly #dying = new Map<number, () => void>();
  #count = 0;
  #retired = false;
  #gone = false;

  constructor(start: StartSandbox, code: MemberCode, listener: MemberListener) {
    this.#code = code;
    this.#listener = listener;
    this.#worker = start(code.name, code.permissions, {
      onMessage: (message) => this.#receive(message as FromWorker),
      onBreakdown: (reason) => this.end(reason),
    });
  }

  /** Requests that it is busy with; a retired one has no room for any. */
  get size(): number {
    return this.#retired || this.#gone ? Infinity : this.#tickets.size + this.#dying.size;
  }

  take(ticket: Ticket): void {
    const id = ++this.#count;
    this.#tickets.set(id, ticket);
    ticket.attach((name) => this.#signal(id, ticket, name));
    const { request, permissions } = ticket.job;
    this.#worker.post({ kind: "run", id, request, permissions });
  }

  /** Terminates the worker; whatever it was doing has failed for the given reason. */
  end(reason: string, atWork = this.#tickets.size > 0): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#worker.terminate(atWork);
    for (const takeBack of this.#dying.values()) takeBack();
    const tickets = [...this.#tickets.values()];
    this.#tickets.clear();
    for (const ticket of tickets) ticket.finish({ exitCode: 1, error: reason });
    this.#listener.onGone();
  }

  #signal(id: number, ticket: Ticket, name: string): void {
    const { deaf } = this.#code;
    const { killMs = 0 } = ticket.job.limits;
    const kill = name === "SIGKILL";
    if (this.#dying.has(id)) return;
    if (deaf || (kill && killMs === 0)) {
      this.#tickets.delete(id);
      ticket.finish(stopped(name));
      // Others in the worker go on, unless the killed one does not let go.
      if (deaf || this.#tickets.size === 0) return this.end("Its worker was stopped", true);
    }
    this.#worker.post({ kind: "stop", id, signal: name });
    if (!kill) return;
    const takeBack = startTimer(killMs || KILL_MS, () => {
      ticket.finish(stopped(name));
      this.end("Its worker had to be stopped with another step", true);
    });
    this.#dying.set(id, takeBack);
  }

  #receive(message: FromWorker): void {
    if (this.#gone || message.kind === "ready") return;
    if (message.kind === "done") return this.#done(message.id, message);
    if (message.kind === "ask") return void this.#answer(message);
    const { id, stream, bytes } = message;
    const stored = () => this.#gone || this.#worker.post({ kind: "stored", id, bytes: bytes.length });
    const ticket = this.#tickets.get(id);
    if (ticket) ticket.store(stream, bytes, stored);
    else stored();
  }

  async #answer({ id, number, question }: FromWorker & { kind: "ask" }): Promise<void> {
    const text = await this.#tickets.get(id)?.job.answer?.(question) ?? "";
    if (!this.#gone) this.#worker.post({ kind: "answer", id, number, text });
  }

  #done(id: number, { outcome, used, retire }: FromWorker & { kind: "done" }): void {
    this.#dying.get(id)?.();
    this.#dying.delete(id);
    const ticket = this.#tickets.get(id);
    ticket?.job.onUse?.(used);
    ticket?.finish(outcome);
    this.#tickets.delete(id);
    this.#retired ||= retire;
    if (this.#retired && this.#tickets.size + this.#dying.size === 0) this.end("");
    else this.#listener.onRoom();
  }
}
