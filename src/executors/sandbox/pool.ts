/** Workers shared by executions that hold the same code and the same permissions. */
import { permissionKey } from "../../core/permissions.ts";
import { startSandbox } from "../../platform/sandbox/sandbox_worker.ts";
import type { Execution } from "../../ports/executor.ts";
import type { SandboxJob, StartSandbox } from "./job.ts";
import { Member } from "./member.ts";
import { Ticket } from "./ticket.ts";

/** Workers of one agent, of whatever set: each costs about 10 MB. */
const MAX_WORKERS = 12;

/** Owns all workers of one agent. */
export class SandboxPool {
  readonly #groups = new Map<string, Group>();
  /** Least recently used first. */
  readonly #members = new Set<Member>();
  readonly #start: StartSandbox;
  #serving = false;
  #again = false;

  constructor(start: StartSandbox = startSandbox) {
    this.#start = start;
  }

  /** Runs a job as soon as one of the workers of its set has room. */
  run(job: SandboxJob): Execution {
    const key = `${job.name} ${permissionKey(job.permissions)}`;
    let group = this.#groups.get(key);
    if (!group) this.#groups.set(key, group = { waiting: [], members: new Set() });
    const ticket = new Ticket(job);
    group.waiting.push(ticket);
    this.#serve();
    return ticket;
  }

  /** Ends every worker: a forgotten one would keep the process alive. */
  close(): void {
    for (const { waiting } of this.#groups.values()) {
      for (const ticket of waiting.splice(0)) ticket.signal("SIGTERM");
    }
    for (const member of [...this.#members]) member.end("The run ended");
  }

  /** Hands waiting jobs to workers. Workers that come or go meanwhile let it look once more. */
  #serve(): void {
    this.#again = true;
    if (this.#serving) return;
    this.#serving = true;
    while (this.#again) {
      this.#again = false;
      for (const [key, group] of this.#groups) {
        this.#serveGroup(group);
        if (group.waiting.length + group.members.size === 0) this.#groups.delete(key);
      }
    }
    this.#serving = false;
  }

  #serveGroup(group: Group): void {
    while (group.waiting.length > 0) {
      const ticket = group.waiting[0]!;
      if (!ticket.finished) {
        const member = this.#memberFor(group, ticket.job);
        if (!member) return;
        // The newest place in the order of use.
        this.#members.delete(member);
        this.#members.add(member);
        member.take(ticket);
      }
      group.waiting.shift();
    }
  }

  #memberFor(group: Group, { name, permissions, limits }: SandboxJob): Member | null {
    for (const member of group.members) if (member.size < limits.requestsPerWorker) return member;
    if (group.members.size >= limits.workers || !this.#room()) return null;
    const member = new Member(this.#start, { name, permissions, deaf: limits.deaf ?? false }, {
      onRoom: () => this.#serve(),
      onGone: () => {
        group.members.delete(member);
        this.#members.delete(member);
        this.#serve();
      },
    });
    group.members.add(member);
    this.#members.add(member);
    return member;
  }

  /** Whether one more worker may be started; an idle one makes room for it. */
  #room(): boolean {
    if (this.#members.size < MAX_WORKERS) return true;
    for (const member of this.#members) {
      if (member.size > 0) continue;
      member.end("");
      return true;
    }
    return false;
  }
}

interface Group {
  readonly waiting: Ticket[];
  readonly members: Set<Member>;
}
