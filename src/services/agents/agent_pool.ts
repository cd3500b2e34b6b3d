/**
 * Agent processes that have loaded everything and wait for a run. Each has one run at a time; after it, it takes the
 * next. They are started when runs are asked for, or a moment before, and end when nobody needs them.
 */
import { DaguError } from "../../core/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { LaunchRequest, RunLauncher } from "../../ports/run_launcher.ts";
import { AgentMember, type AgentRun, type OnPart, type StartProcess } from "./agent_member.ts";

export interface AgentPoolOptions {
  readonly start: StartProcess;
  readonly clock: Clock;
  readonly processors: number;
  /** An agent without a run ends after this. */
  readonly idleMs: number;
  /** Whether the processors have more to do than they can: further agents would only hold up those that work. */
  readonly saturated: () => boolean;
}

/** No agent becomes free for so long: those that work have long runs, so that more are needed. */
const STALL_MS = 150;
/** A run that waits for so long gets an agent of its own, where there is room. */
const LATE_MS = 1000;
/** For each processor: agents that keep it busy, most that start at the same time, most that wait for a run. */
const AT_WORK = 2;
const MOST_STARTS = 4;
const MOST_IDLE = 4;
/** An agent that never gets ready, or dies before it is, is tried again so often. */
const MAX_FAILED_STARTS = 3;

interface Waiting {
  readonly request: LaunchRequest;
  readonly onPart: OnPart;
  readonly resolve: (run: AgentRun) => void;
  readonly reject: (error: Error) => void;
  /** When it was asked for, on the monotonic clock. */
  readonly since: number;
}

export class AgentPool implements RunLauncher {
  readonly #options: AgentPoolOptions;
  readonly #waiting: Waiting[] = [];
  readonly #members = new Set<AgentMember>();
  readonly #idle: AgentMember[] = [];
  #starting = 0;
  #failedStarts = 0;
  #closed = false;
  #watching = false;
  /** Counts how often an agent became free. */
  #freed = 0;

  constructor(options: AgentPoolOptions) {
    this.#options = options;
  }

  /** Agent processes, by what they do. */
  get counts(): { readonly idle: number; readonly busy: number; readonly starting: number } {
    const idle = this.#idle.length;
    return { idle, busy: this.#members.size - idle - this.#starting, starting: this.#starting };
  }

  launch(request: LaunchRequest): Promise<AgentRun> {
    return this.launchTold(request, () => {});
  }

  /** As {@link launch}, for a run that tells of itself. */
  launchTold(request: LaunchRequest, onPart: OnPart): Promise<AgentRun> {
    if (this.#closed) return Promise.reject(new DaguError("Cannot start a run: the service is ending"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, onPart, resolve, reject, since: this.#options.clock.monotonic() });
      this.#serve();
    });
  }

  /** So many runs will be asked for soon. */
  prepare(runs: number): void {
    const wanted = Math.min(runs, AT_WORK * this.#options.processors);
    while (!this.#closed && this.#idle.length + this.#starting < wanted) {
      if (!this.#start()) return;
    }
  }

  /** Sends those without a run home; those with one go on by themselves. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new DaguError("Cannot start a run: the service is ending"));
    }
    for (const member of this.#members) member.leave();
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) this.#give(this.#idle.pop()!);
    if (this.#waiting.length === 0) return;
    const few = this.#members.size < AT_WORK * this.#options.processors;
    if (few && this.#starting < Math.min(this.#waiting.length, this.#options.processors)) this.#start();
    this.#watch();
  }

  /** Starts more agents while none becomes free, each time twice as many, but few when there is no room for them. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    const { clock, processors, saturated } = this.#options;
    let batch = processors;
    for (let freed = this.#freed; this.#waiting.length > 0; freed = this.#freed) {
      await clock.sleep(STALL_MS);
      const full = saturated();
      if (this.#freed !== freed && (full || !this.#isLate())) continue;
      const most = full ? 1 : batch;
      for (let i = this.#starting; i < Math.min(most, this.#waiting.length); i++) this.#start();
      batch = Math.min(2 * batch, MOST_STARTS * processors);
    }
    this.#watching = false;
  }

  /** Those that become free do not keep up with what is asked for. */
  #isLate(): boolean {
    const oldest = this.#waiting[0];
    return oldest !== undefined && this.#options.clock.monotonic() - oldest.since > LATE_MS;
  }

  #start(): boolean {
    this.#starting++;
    let ready = false;
    const settle = () => {
      if (!ready) this.#starting--;
      ready = true;
    };
    try {
      const member = new AgentMember(this.#options.start, {
        onReady: (member) => {
          settle();
          this.#failedStarts = 0;
          this.#onFree(member);
        },
        onGone: (member, why) => {
          const unused = !ready;
          settle();
          this.#members.delete(member);
          this.#drop(member);
          if (unused) this.#onFailedStart(why);
        },
      });
      this.#members.add(member);
      return true;
    } catch (error) {
      settle();
      this.#onFailedStart(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  #onFailedStart(why: string): void {
    if (++this.#failedStarts < MAX_FAILED_STARTS) return;
    this.#failedStarts = 0;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new DaguError(`Cannot start a process for the run: ${why || "it ended before it was ready"}`));
    }
  }

  #onFree(member: AgentMember): void {
    this.#freed++;
    if (this.#closed) return member.leave();
    this.#idle.push(member);
    this.#serve();
    if (!this.#idle.includes(member)) return;
    if (this.#idle.length > MOST_IDLE * this.#options.processors) this.#dismiss(member);
    else this.#endWhenIdle(member);
  }

  async #endWhenIdle(member: AgentMember): Promise<void> {
    const { runs } = member;
    await this.#options.clock.sleep(this.#options.idleMs);
    if (member.runs === runs && this.#idle.includes(member)) this.#dismiss(member);
  }

  #dismiss(member: AgentMember): void {
    this.#drop(member);
    member.leave();
  }

  #drop(member: AgentMember): void {
    const index = this.#idle.indexOf(member);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  #give(member: AgentMember): void {
    const { request, onPart, resolve, reject } = this.#waiting.shift()!;
    member.take(request, onPart).then(resolve, reject);
  }
}
