/** Memory and descriptors of long-lived processes, sampled, and whether they grow. */
import { namesIn } from "../../../src/stores/file/run_tree.ts";
import type { Site } from "./site.ts";

interface Sample {
  /** Seconds since the first one. */
  readonly at: number;
  /** MiB that belong to the process alone. */
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
  /** As for memory. */
  readonly descriptors: readonly [from: number, to: number];
  /** Seconds of the processor. */
  readonly cpu: number;
}

export class Figures {
  readonly #site: Site;
  readonly #samples = new Map<string, Sample[]>();
  readonly #cpu = new Map<string, number>();
  readonly #start = performance.now();

  constructor(site: Site) {
    this.#site = site;
  }

  /** Looks at every elder once. */
  sample(): void {
    for (const { role, process: { pid } } of this.#site.members) {
      if (!role.elder) continue;
      const status = read(`/proc/${pid}/status`);
      const kib = (word: string) => Number(new RegExp(`^${word}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
      if (status === "") continue;
      const samples = this.#samples.get(role.name) ?? [];
      samples.push({
        at: (performance.now() - this.#start) / 1000,
        memory: (kib("RssAnon") + kib("VmSwap")) / 1024,
        resident: kib("VmRSS") / 1024,
        descriptors: namesIn(`/proc/${pid}/fd`).length,
      });
      this.#samples.set(role.name, samples);
      const [user, system] = read(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ").slice(11, 13);
      this.#cpu.set(role.name, (Number(user) + Number(system)) / 100);
    }
  }

  growth(): Growth[] {
    return [...this.#samples].map(([name, all]) => {
      const samples = all.slice(Math.floor(all.length / 4));
      const memory = samples.map((sample) => sample.memory);
      const descriptors = samples.map((sample) => sample.descriptors);
      return {
        name,
        ...ends(memory),
        most: Math.max(...memory),
        slope: slope(samples.map(({ at, memory }) => [at / 3600, memory])),
        resident: samples.at(-1)!.resident,
        descriptors: [ends(descriptors).from, ends(descriptors).to],
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
