/** A simulated world: machines, a disk that all of them share, a network, services, and one seed for all chance. */
import type { ServiceLog } from "../../src/services/service_log.ts";
import { Random } from "../fakes/random.ts";
import { Disk } from "./disk.ts";
import { DEFINITIONS, FOLDERS, servicesOf } from "./home.ts";
import { Ledger } from "./ledger.ts";
import { Network } from "./network.ts";
import { Killed, Machine, Process } from "./process.ts";
import { coordinatorMain } from "./programs/coordinator.ts";
import { schedulerMain } from "./programs/scheduler.ts";
import { workerMain } from "./programs/worker.ts";
import { settle } from "./system.ts";
import { Timeline } from "./timeline.ts";
import { Watches } from "./watches.ts";

const MAINS = { scheduler: schedulerMain, coordinator: coordinatorMain, worker: workerMain } as const;
export type ServiceKind = keyof typeof MAINS;

/** Which services stand on which machine. */
const PLACES: readonly (readonly [machine: number, kind: ServiceKind])[] = [
  [0, "scheduler"],
  [0, "coordinator"],
  [0, "worker"],
  [1, "scheduler"],
  [1, "coordinator"],
  [1, "worker"],
  [2, "worker"],
];
/** Shortly before a full minute. */
const BEGAN = Date.UTC(2026, 10, 23, 11, 59, 48);
const LONGEST_BOOT_MS = 5_000;

let worlds = 0;

/** A service that is kept running. */
export class Service {
  process: Process | null = null;
  ending = new AbortController();

  constructor(readonly kind: ServiceKind, readonly machine: Machine) {}
}

export class World {
  /** Not that of another one. */
  readonly number = ++worlds;
  /** Unix milliseconds of the true time at which it began. */
  readonly began = BEGAN;
  readonly timeline = new Timeline();
  readonly random: Random;
  readonly disk: Disk;
  readonly watches = new Watches();
  readonly network: Network;
  readonly ledger: Ledger;
  readonly machines = ["north", "south", "west"].map((name) => new Machine(name));
  /** Whether it has coordinators and workers: a world of schedulers alone is over sooner. */
  readonly hasWorkers: boolean;
  /** Machines whose workers have a disk of their own, and nothing of the home. */
  readonly remote: ReadonlySet<Machine>;
  readonly services: readonly Service[];
  /** What happened, for those who read of a failure; nobody else asks for it. */
  readonly story: string[] | null;
  /** Whether services that ended are started again at once. */
  calm = false;
  #failure: Error | null = null;
  #pids = 1000;
  #quietSince = 0;
  readonly #auditor: Process;

  constructor(seed: number, tellsStory: boolean) {
    this.random = new Random(seed);
    this.story = tellsStory ? [] : null;
    this.disk = new Disk(() => this.timeline.now, (kind, paths) => this.watches.changed(kind, paths));
    this.network = new Network(this);
    this.ledger = new Ledger(this);
    this.hasWorkers = this.random.chance(0.5);
    const share = this.hasWorkers ? this.random.pick([0, 0.5, 1]) : 0;
    this.remote = new Set(this.machines.filter(() => this.random.chance(share)));
    this.services = PLACES.filter(([, kind]) => kind === "scheduler" || this.hasWorkers)
      .map(([machine, kind]) => new Service(kind, this.machines[machine]!));
    this.#auditor = new Process(this, new Machine("auditor"), "auditor", this.#pids++);
    this.#auditor.deliver(() => {
      this.disk.make("/home", true);
      for (const folder of FOLDERS) this.disk.make(folder, true);
      for (const path of DEFINITIONS) this.disk.make(path, false);
    });
    this.disk.flushAll();
  }

  addProcess(machine: Machine, name: string): Process {
    const pid = this.#pids++;
    return new Process(this, machine, `${name}:${pid}`, pid);
  }

  /** Runs a program to its end in a process. */
  async runMain(process: Process, main: () => Promise<void>): Promise<void> {
    try {
      await main();
    } catch (error) {
      if (!(error instanceof Killed)) this.note(`${process.name} fails: ${error}`);
    }
    process.end();
  }

  start(service: Service): void {
    const { kind, machine } = service;
    const process = service.process = this.addProcess(machine, `${kind}@${machine.name}`);
    const ending = service.ending = new AbortController();
    this.note(`${process.name} starts`);
    process.onEnd(() => {
      this.note(`${process.name} has ended`);
      service.process = null;
      this.timeline.after(this.calm ? 100 : this.random.below(LONGEST_BOOT_MS), () => this.start(service));
    });
    process.deliver(() => void this.runMain(process, () => MAINS[kind](process, ending.signal)));
  }

  /** Something happened that nobody can lead in spite of. */
  disturbed(): void {
    this.#quietSince = this.timeline.now;
  }

  /** Looks whether somebody leads while somebody could. */
  lookForLeader(): void {
    if (this.#lockIsForeign()) this.disturbed();
    const { room } = this.disk;
    const able = this.services.filter(({ kind, process }) => kind === "scheduler" && process?.works);
    const since = able.map(({ process }) => Math.max(process!.beganAt, process!.thawedAt, this.#quietSince));
    this.ledger.lookForLeader(room === Infinity && since.length > 0 ? Math.min(...since) : null);
  }

  /** A scheduler that was killed between two calls leaves a lock that looks like Dagu's, which is waited for longer. */
  #lockIsForeign(): boolean {
    const lock = this.disk.find("/home/data/scheduler/locks/.dagu_lock");
    return lock !== null && !lock.entries?.has("dagu-deno");
  }

  /** All living processes. */
  get processes(): Process[] {
    return this.machines.flatMap(({ processes }) => [...processes.values()]);
  }

  /** Does what is to come, one thing after the other. @throws what somebody found wrong */
  pass(ms: number): void {
    const until = this.timeline.now + ms;
    settle();
    while (this.#failure === null && this.timeline.step(until)) settle();
    if (this.#failure) throw this.#failure;
  }

  /**
   * Looks at the home from outside, which must take no time; to be called by no process.
   * @throws what is wrong there, and what somebody found wrong before
   */
  asAuditor<T>(look: (services: ReturnType<typeof servicesOf>) => Promise<T>): T {
    const found: T[] = [];
    this.#auditor.deliver(() => {
      look(servicesOf(this.#auditor)).then((value) => found.push(value), (error) => this.fail(error));
    });
    settle();
    if (this.#failure) throw this.#failure;
    return found[0]!;
  }

  fail(error: Error): void {
    this.#failure ??= error;
  }

  note(what: string): void {
    this.story?.push(`${(this.timeline.now / 1000).toFixed(3).padStart(9)}  ${what}`);
  }

  logOf(process: Process): ServiceLog {
    return (level, message, fields = {}) => {
      if (this.story) this.note(`${process.name}: ${level} ${message} ${JSON.stringify(fields)}`);
    };
  }
}
