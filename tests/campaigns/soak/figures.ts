/** Memory and descriptors of long-lived processes, sampled, and whether they grow. */
import { liveHeap } from "../../support/inspector.ts";
import { namesIn } from "../../../src/stores/file/runs/run_tree.ts";
import { isCompiled } from "../../support/home.ts";
import type { Role, Site } from "./site.ts";

interface Sample {
  /** Seconds since the first one. */
  readonly at: number;
  /** MiB: what is in use; of a compiled program, what belongs to the process alone, with what it has not given back. */
  readonly memory: number;
  /** MiB with all that it shares. */
  readonly resident: number;
  readonly descriptors: number;
}

/** How one process went on, from the end of its first quarter. */
export interface Growth {
  readonly name: string;
  /** MiB, of the first and the last third of what was looked at: what it does not go below. */
  readonly from: number;
  readonly to: number;
  readonly most: number;
  /** MiB in an hour: the line that fits best. */
  readonly slope: number;
  readonly resident: number;
  /** At most, before the last third and in it: one that leads has more of them than one that stands by. */
  readonly descriptors: readonly [from: number, to: number];
  /** Seconds of the processor. */
  readonly cpu: number;
}

export class Figures {
  readonly #site: Site;
  readonly #samples = new Map<string, Sample[]>();
  readonly #cpu = new Map<string, number>();
  readonly #start = performance.now();
  readonly #asked = new Set<string>();

  constructor(site: Site) {
    this.#site = site;
  }

  /** Looks at every elder that is not being looked at: one that is paused answers late. */
  sample(): void {
    for (const { role, process: { pid } } of this.#site.members) {
      if (!role.elder || this.#asked.has(role.name)) continue;
      this.#asked.add(role.name);
      this.#look(role, pid).catch(() => {}).finally(() => this.#asked.delete(role.name));
    }
  }

  async #look({ name, inspect }: Role, pid: number): Promise<void> {
    const live = isCompiled() ? null : await liveHeap(inspect);
    const status = read(`/proc/${pid}/status`);
    const mebi = (word: string) =>
      Number(new RegExp(`^${word}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1024;
    if (status === "") return;
    const samples = this.#samples.get(name) ?? [];
    samples.push({
      at: (performance.now() - this.#start) / 1000,
      memory: live ?? mebi("RssAnon") + mebi("VmSwap"),
      resident: mebi("VmRSS"),
      descriptors: namesIn(`/proc/${pid}/fd`).length,
    });
    this.#samples.set(name, samples);
    const [user, system] = read(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ").slice(11, 13);
    this.#cpu.set(name, (Number(user) + Number(system)) / 100);
  }

  growth(): Growth[] {
    return [...this.#samples].map(([name, all]) => {
      const samples = all.slice(Math.floor(all.length / 4));
      const memory = samples.map((sample) => sample.memory);
      const last = Math.ceil(all.length * 2 / 3);
      const mostOf = (some: readonly Sample[]) => Math.max(0, ...some.map((sample) => sample.descriptors));
      return {
        name,
        ...ends(memory),
        most: Math.max(...memory),
        slope: slope(samples.map(({ at, memory }) => [at / 3600, memory])),
        resident: samples.at(-1)!.resident,
        descriptors: [mostOf(all.slice(0, last)), mostOf(all.slice(last))],
        cpu: this.#cpu.get(name) ?? 0,
      };
    });
  }

  /** All samples as lines, for whoever wants to draw them. */
  lines(): string {
    return [...this.#samples].flatMap(([name, samples]) =>
      samples.map((one) => `${name} ${one.at.toFixed(0)} ${one.memory.toFixed(1)} ${one.descriptors}\n`)
    ).join("");
  }
}

/** Lower quartiles of the first and the last third: what stays when a process has nothing to do. */
function ends(values: readonly number[]): { readonly from: number; readonly to: number } {
  const third = Math.max(1, Math.floor(values.length / 3));
  return { from: quartile(values.slice(0, third)), to: quartile(values.slice(-third)) };
}

function quartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? 0;
}

/** Of the straight line with the least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map(([x]) => x));
  const y = mean(points.map(([, y]) => y));
  const above = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const below = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
