/** What befalls processes in a soak: killed, paused, told to end, at random; services, agents, steps and commands. */
import type { Random } from "../../fakes/random.ts";
import { pause } from "../../support/home.ts";
import type { Member, Site } from "./site.ts";

/** Longer than others wait for a sign of life of a leader or a worker, now and then. */
const PAUSES_S = [0.5, 2, 6, 14, 25];

export class Faults {
  /** How many of each kind there were. */
  readonly counts: Record<string, number> = {};
  readonly #site: Site;
  readonly #random: Random;

  constructor(site: Site, random: Random) {
    this.#site = site;
    this.#random = random;
  }

  /** One after the other until the signal comes; then everything goes on again. */
  async run(everyMs: number, signal: AbortSignal): Promise<void> {
    const pauses: Promise<void>[] = [];
    while (!signal.aborted) {
      await pause(everyMs * (0.5 + this.#random.next()));
      if (signal.aborted) break;
      if (this.#random.chance(0.6)) pauses.push(this.#service());
      else pauses.push(this.#other());
    }
    await Promise.all(pauses);
  }

  async #service(): Promise<void> {
    const member = this.#random.pick(this.#site.members);
    if (member.down) return;
    if (member.role.elder || this.#random.chance(0.3)) return await this.#pauseMember(member);
    member.down = true;
    const name = this.#random.pick(["SIGKILL", "SIGTERM"] as const);
    this.#count(`${member.role.kind} ${name}`);
    // One that is paused ends when it goes on.
    member.process.signal(name);
    member.process.signal("SIGCONT");
    await member.process.ended;
  }

  async #pauseMember(member: Member): Promise<void> {
    const { pid } = member.process;
    this.#count(`${member.role.kind} SIGSTOP`);
    this.#signal(pid, "SIGSTOP");
    await pause(this.#random.pick(PAUSES_S) * 1000);
    this.#signal(pid, "SIGCONT");
  }

  /** Something that is no service. */
  async #other(): Promise<void> {
    const services = new Set(this.#site.members.map(({ process }) => process.pid));
    const others = this.#site.alive().filter(({ pid }) => !services.has(pid));
    if (others.length === 0) return;
    const { pid, command } = this.#random.pick(others);
    const kind = command.includes("agent-exec") ? "agent" : command.includes("step.sh") ? "step" : "other";
    const name = this.#random.pick(["SIGKILL", "SIGTERM", "SIGSTOP"] as const);
    this.#count(`${kind} ${name}`);
    this.#signal(pid, name);
    if (name !== "SIGSTOP") return;
    await pause(this.#random.pick(PAUSES_S) * 1000);
    this.#signal(pid, "SIGCONT");
  }

  #signal(pid: number, name: Deno.Signal): void {
    try {
      Deno.kill(pid, name);
    } catch {
      // It has ended.
    }
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}
