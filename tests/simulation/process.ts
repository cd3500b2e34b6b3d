/** Machines and processes of a simulated world. Code runs "in" a process: what it asks of the system, that one asks. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { OpenFile } from "./open_file.ts";
import type { World } from "./world.ts";

const here = new AsyncLocalStorage<Process>();

/** What a call of a dead process ends with: its code may catch it, and changes nothing any more. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** The process whose code runs now. */
export function current(): Process {
  const process = here.getStore();
  if (!process) throw new Error("This is not done by a process of the simulated world");
  return process;
}

/** A machine: processes that share a boot and a wall clock. The disk is that of all machines. */
export class Machine {
  readonly processes = new Map<number, Process>();
  /** What its wall clock is ahead of the true time. */
  clockOffset = 0;
  boot = 1;

  constructor(readonly name: string) {}

  get bootId(): string {
    return `${this.name}-boot-${this.boot}`;
  }
}

export class Process {
  dead = false;
  frozen = false;
  /** When it went on last. */
  thawedAt = -Infinity;
  /** It is killed in the middle of this many more changes of files. */
  killIn = Infinity;
  readonly files = new Set<OpenFile>();
  readonly startTime: string;
  /** On the world's clock, as all times here. */
  readonly beganAt: number;
  readonly #ends: (() => void)[] = [];
  #held: (() => void)[] = [];

  constructor(
    readonly world: World,
    readonly machine: Machine,
    readonly name: string,
    readonly pid: number,
  ) {
    this.startTime = String(1000 + pid);
    this.beganAt = world.timeline.now;
    machine.processes.set(pid, this);
  }

  /** Where this process sees the disk: other words for the same files, so that nothing that it remembers is shared. */
  get mount(): string {
    return `/m${String(this.world.number).padStart(9, "0")}.${this.pid}`;
  }

  /** Runs its code, unless it is dead; when it is frozen, as soon as it goes on. */
  deliver(run: () => void): void {
    if (this.dead) return;
    if (this.frozen) this.#held.push(run);
    else here.run(this, run);
  }

  /** A timer of its own. @returns what takes it back */
  after(ms: number, run: () => void): () => void {
    return this.world.timeline.after(ms, () => this.deliver(run));
  }

  /** Calls back, in nobody's name, when it is dead. */
  onEnd(callback: () => void): void {
    if (this.dead) callback();
    else this.#ends.push(callback);
  }

  freeze(): void {
    this.frozen = true;
  }

  thaw(): void {
    this.frozen = false;
    this.thawedAt = this.world.timeline.now;
    for (const run of this.#held.splice(0)) this.deliver(run);
  }

  /** Ends it at once: SIGKILL, or the end of its code. */
  end(): void {
    if (this.dead) return;
    this.dead = true;
    this.#held = [];
    this.machine.processes.delete(this.pid);
    for (const file of [...this.files]) file.drop();
    for (const callback of this.#ends.splice(0)) callback();
  }

  /** Whether it has had the processor for a while. */
  get works(): boolean {
    return !this.dead && !this.frozen && this.world.timeline.now - this.thawedAt > 1000;
  }

  /** To be called before each change of a file. @throws Killed */
  beforeChange(): void {
    this.alive();
    if (--this.killIn > 0) return;
    this.world.note(`${this.name} is killed at a call`);
    this.end();
    throw new Killed();
  }

  /** @throws Killed */
  alive(): void {
    if (this.dead) throw new Killed();
  }
}
