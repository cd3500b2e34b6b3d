/** One agent process, as the pool sees it. */
import { DaguError, TakenError } from "../../core/errors.ts";
import type { RunRef } from "../../core/run.ts";
import type { LaunchedRun, LaunchEnd, LaunchRequest } from "../../ports/run_launcher.ts";
import type { LineProcess } from "../../platform/process/line_process.ts";
import type { AgentPart } from "../remote_runs/run_part.ts";
import type { FromAgent, RunOutcome, ToAgent, ToRunning } from "./protocol.ts";

export interface AgentEnd extends LaunchEnd {
  /** null when the process died before it could say. */
  readonly outcome: RunOutcome | null;
}

/** A run that an agent of the pool carries out. */
export interface AgentRun extends LaunchedRun {
  readonly ended: Promise<AgentEnd>;
  /** Says something about this run to its agent; nothing when the run is over. */
  tell(line: ToRunning): void;
}

export type StartProcess = (onLine: (value: unknown) => void) => LineProcess;

/** Gets what an agent tells of a run whose history is kept elsewhere, also before it has begun, and may answer. */
export type OnPart = (part: AgentPart, tell: (line: ToRunning) => void) => void;

export interface MemberEvents {
  onReady(member: AgentMember): void;
  /** The process has ended. */
  onGone(member: AgentMember, why: string): void;
}

/** A process that has done so much is replaced: what it may have kept in memory goes with it. */
const MAX_RUNS = 100;

interface Job {
  readonly resolve: (run: AgentRun) => void;
  readonly reject: (error: Error) => void;
  readonly end: (end: AgentEnd) => void;
  readonly ended: Promise<AgentEnd>;
  readonly onPart: OnPart;
  run: RunRef | null;
}

export class AgentMember {
  readonly #process: LineProcess;
  readonly #events: MemberEvents;
  #job: Job | null = null;
  #runs = 0;
  #leaving = false;

  constructor(start: StartProcess, events: MemberEvents) {
    this.#events = events;
    this.#process = start((value) => this.#onLine(value as FromAgent));
    this.#process.ended.then((why) => this.#onGone(why));
  }

  /** Runs that it was given. */
  get runs(): number {
    return this.#runs;
  }

  /** Gives it a run; it must be ready. */
  take(request: LaunchRequest, onPart: OnPart): Promise<AgentRun> {
    this.#runs++;
    return new Promise((resolve, reject) => {
      const { promise: ended, resolve: end } = Promise.withResolvers<AgentEnd>();
      this.#job = { resolve, reject, end, ended, onPart, run: null };
      this.#process.send(request satisfies ToAgent);
    });
  }

  /** Ends it, after the run that it has. */
  leave(): void {
    this.#leaving = true;
    this.#process.close();
  }

  #onLine(line: FromAgent): void {
    const job = this.#job;
    switch (line.say) {
      case "ready":
        if (this.#leaving) return;
        if (this.#runs >= MAX_RUNS) return this.leave();
        return this.#events.onReady(this);
      case "began":
        if (!job) return;
        job.run = line.run;
        return job.resolve({
          run: line.run,
          pid: this.#process.pid,
          ended: job.ended,
          tell: (word) => this.#tell(job, word),
        });
      case "part":
        return job?.onPart(line.part, (word) => this.#tell(job, word));
      case "failed":
        this.#job = null;
        return job?.reject(line.taken ? new TakenError(line.error) : new DaguError(line.error));
      case "ended": {
        this.#job = null;
        const { status, params, outputs, problem } = line;
        return job?.end({ status, error: "", outcome: { params, outputs, problem } });
      }
    }
  }

  #tell(job: Job, line: ToRunning): void {
    if (this.#job === job) this.#process.send(line satisfies ToAgent);
  }

  #onGone(why: string): void {
    const job = this.#job;
    this.#job = null;
    const error = `its process ended${why && `: ${why}`}`;
    if (job?.run) job.end({ status: null, error, outcome: null });
    else job?.reject(new DaguError(`Cannot start the run: ${error}`));
    this.#events.onGone(this, why);
  }
}
