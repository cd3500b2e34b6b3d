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

interface Series {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Distribution of durations. */
export class Histogram {
  readonly #series = new Map<string, Series>();

  /** @param bounds upper ends of the buckets in seconds, rising */
  constructor(readonly name: string, readonly help: string, readonly bounds: readonly number[]) {}

  observe(seconds: number, labels: Labels = {}): void {
    const key = labelPairs(labels);
    const series = this.#series.get(key) ?? this.#none();
    this.#series.set(key, series);
    this.bounds.forEach((bound, i) => {
      if (seconds <= bound) series.counts[i]!++;
    });
    series.sum += seconds;
    series.count++;
  }

  text(): string {
    const all = this.#series.size > 0 ? this.#series : new Map([["", this.#none()]]);
    return head(this, "histogram") +
      [...all].map(([pairs, series]) => this.#seriesText(pairs, series)).join("");
  }

  #none(): Series {
    return { counts: this.bounds.map(() => 0), sum: 0, count: 0 };
  }

  #seriesText(pairs: string, { counts, sum, count }: Series): string {
    const { name } = this;
    const bucket = (bound: string | number, value: number) =>
      `${name}_bucket{${pairs === "" ? "" : `${pairs},`}le="${bound}"} ${value}\n`;
    const labels = pairs === "" ? "" : `{${pairs}}`;
    return this.bounds.map((bound, i) => bucket(bound, counts[i]!)).join("") + bucket("+Inf", count) +
      `${name}_sum${labels} ${Number(sum.toFixed(6))}\n${name}_count${labels} ${count}\n`;
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
  const pairs = labelPairs(labels);
  return pairs === "" ? "" : `{${pairs}}`;
}

function labelPairs(labels: Labels): string {
  return Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`).join(",");
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
