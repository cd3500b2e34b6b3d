/** Figures in the text format of Prometheus. */

export type Labels = Readonly<Record<string, string>>;

export class Counter {
  readonly #values = new Map<string, number>();

  constructor(readonly name: string, readonly help: string) {}

  add(labels: Labels = {}, by = 1): void {
    const key = labelText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }

  text(): string {
    const values = this.#values.size > 0 ? this.#values : new Map([["", 0]]);
    return head(this, "counter") +
      [...values].map(([labels, value]) => `${this.name}${labels} ${value}\n`).join("");
  }
}

/** Distribution of durations. */
export class Histogram {
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds upper ends of the buckets in seconds, rising */
  constructor(readonly name: string, readonly help: string, readonly bounds: readonly number[]) {
    this.#counts = bounds.map(() => 0);
  }

  observe(seconds: number): void {
    this.bounds.forEach((bound, i) => {
      if (seconds <= bound) this.#counts[i]!++;
    });
    this.#sum += seconds;
    this.#count++;
  }

  text(): string {
    const { name } = this;
    const buckets = this.bounds.map((bound, i) => `${name}_bucket{le="${bound}"} ${this.#counts[i]}\n`);
    return `${head(this, "histogram")}${buckets.join("")}${name}_bucket{le="+Inf"} ${this.#count}\n` +
      `${name}_sum ${Number(this.#sum.toFixed(6))}\n${name}_count ${this.#count}\n`;
  }
}

/** A figure as it is at the moment it is asked for. */
export function gaugeText(
  name: string,
  help: string,
  values: readonly (readonly [Labels, number])[],
): string {
  const lines = values.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
  return head({ name, help }, "gauge") + lines.join("");
}

function head(metric: { readonly name: string; readonly help: string }, type: string): string {
  return `# HELP ${metric.name} ${metric.help}\n# TYPE ${metric.name} ${type}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
