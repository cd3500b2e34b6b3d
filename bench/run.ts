/**
 * Measures this tree (head) against another commit (base) and against the reference program (peer), in turn.
 *
 *     deno run -A bench/run.ts [--base REF] [--no-peer] [--compiled] [--runs N] [--size NAME=N] [--json]
 *                              [SCENARIO ...]
 *     deno run -A bench/run.ts --suite FOLDER [argument of its bench.py ...]
 */
import { measure, type Measured, type Metric, METRICS } from "./measure.ts";
import { type Scenario, SCENARIOS } from "./scenarios.ts";
import { base, head, peer, type Side } from "./sides.ts";

interface Options {
  readonly base: string;
  readonly peer: boolean;
  readonly compiled: boolean;
  readonly runs: number;
  readonly json: boolean;
  readonly scenarios: readonly Scenario[];
}

interface Row {
  readonly scenario: string;
  readonly metric: Metric;
  readonly side: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Median of the ratios to head's run of the same round, head's figure above. */
  readonly headOver: number;
}

const DIGITS: Readonly<Record<Metric, number>> = { wall: 3, cpu: 3, peak: 1, written: 2 };
const UNITS: Readonly<Record<Metric, string>> = { wall: "s", cpu: "s", peak: "MiB", written: "MiB" };

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function environment(home: string): Record<string, string> {
  const kept = ["PATH", "DENO_DIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    TZ: "UTC",
    LANG: "C.UTF-8",
    SHELL: "/bin/sh",
    DAGU_HOME: home,
    DAGU_SKIP_EXAMPLES: "true",
    DISABLE_PROGRESS: "1",
    DENO_NO_UPDATE_CHECK: "1",
  };
}

/** One run in a home folder of its own. */
async function once(side: Side, scenario: Scenario): Promise<Measured> {
  const home = await Deno.makeTempDir({ prefix: `dagu-bench-${side.name}-` });
  try {
    const dag = `${home}/bench.yaml`;
    await Deno.writeTextFile(dag, scenario.text(scenario.size));
    return await measure([...side.argv, ...scenario.args(dag)], home, environment(home));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** Rounds of one run a side; the first round warms the caches and does not count. */
async function rounds(sides: readonly Side[], scenario: Scenario, runs: number): Promise<Measured[][]> {
  const found: Measured[][] = sides.map(() => []);
  for (let round = 0; round <= runs; round++) {
    for (const [i, side] of sides.entries()) {
      const measured = await once(side, scenario);
      if (round > 0) found[i]!.push(measured);
    }
  }
  return found;
}

function rows(scenario: Scenario, sides: readonly Side[], found: readonly Measured[][]): Row[] {
  return METRICS.flatMap((metric) =>
    sides.map((side, i) => {
      const values = found[i]!.map((one) => one[metric]);
      const ratios = values.map((value, round) => found[0]![round]![metric] / value);
      return {
        scenario: scenario.size > 0 ? `${scenario.name} ${scenario.size}` : scenario.name,
        metric,
        side: side.name,
        median: median(values),
        least: Math.min(...values),
        most: Math.max(...values),
        headOver: median(ratios),
      };
    })
  );
}

function print(row: Row): void {
  const show = (value: number) => value.toFixed(DIGITS[row.metric]);
  const ratio = row.side === "head" || !Number.isFinite(row.headOver)
    ? ""
    : `head/${row.side} ${row.headOver.toFixed(2)}`;
  const figures = `${show(row.median).padStart(9)} ${UNITS[row.metric].padEnd(3)} [${show(row.least)} .. ${
    show(row.most)
  }]`;
  console.log(
    `${row.scenario.padEnd(13)} ${row.metric.padEnd(8)} ${row.side.padEnd(5)} ${figures.padEnd(38)} ${ratio}`,
  );
}

function parse(args: readonly string[]): Options {
  const sizes = new Map<string, number>();
  const names: string[] = [];
  const options = { base: "", peer: true, compiled: false, runs: 5, json: false };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--base") options.base = args[++i] ?? "";
    else if (arg === "--runs") options.runs = Number(args[++i]);
    else if (arg === "--no-peer") options.peer = false;
    else if (arg === "--compiled") options.compiled = true;
    else if (arg === "--json") options.json = true;
    else if (arg === "--size") {
      const [name, size] = (args[++i] ?? "").split("=");
      sizes.set(name ?? "", Number(size));
    } else names.push(arg);
  }
  const known = SCENARIOS.map((scenario) => scenario.name);
  const unknown = [...names, ...sizes.keys()].filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`Unknown scenario '${unknown[0]}': there are ${known.join(", ")}`);
  const scenarios = SCENARIOS.filter((scenario) => names.length === 0 || names.includes(scenario.name))
    .map((scenario) => ({ ...scenario, size: sizes.get(scenario.name) ?? scenario.size }));
  return { ...options, scenarios };
}

/** Hands over to a larger benchmark of the same two sides. */
async function suite(folder: string, args: readonly string[]): Promise<number> {
  const [ours, theirs] = [await head(false), await peer()];
  const child = new Deno.Command("python3", {
    args: [`${folder}/bench.py`, ...args],
    env: { OURS: ours.argv.join(" "), ...(theirs ? { PEER: theirs.argv.join(" ") } : {}) },
  }).spawn();
  return (await child.status).code;
}

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "--suite") return await suite(args[1] ?? "", args.slice(2));
  const options = parse(args);
  const sides = [await head(options.compiled)];
  try {
    if (options.base !== "") sides.push(await base(options.base, options.compiled));
    const reference = options.peer ? await peer() : null;
    if (reference) sides.push(reference);
    const all: Row[] = [];
    for (const scenario of options.scenarios) {
      const found = rows(scenario, sides, await rounds(sides, scenario, options.runs));
      if (!options.json) found.forEach(print);
      all.push(...found);
    }
    if (options.json) console.log(JSON.stringify(all, null, 2));
    return 0;
  } finally {
    for (const side of sides) await side.close();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
