/**
 * Damaged and hostile input for every reader of the program, in one thread for each kind: a line for each kind.
 *
 *     deno task fuzz [--seed=N] [--count=K] [--show=M] [KIND ...]
 *
 * Of kinds that cost more there are fewer inputs than K. Each has a seed of its own: `--seed=N --count=1 KIND` tries one again. `FUZZ_CORPUS` names a folder with
 * further definitions to begin with.
 */
import { type Check, runChecks } from "../support/checks.ts";
import { countOf, type Flaw } from "../fuzz/fuzz.ts";
import { PATIENCE_MS, type Target } from "../fuzz/target.ts";
import { allTargets } from "../fuzz/targets.ts";
import type { WorkerJob, WorkerNews } from "../fuzz/worker.ts";

function option(name: string, otherwise: number): number {
  const arg = Deno.args.find((one) => one.startsWith(`--${name}=`));
  return arg === undefined ? otherwise : Number(arg.slice(name.length + 3));
}

const SEED = option("seed", 1);
const COUNT = option("count", 10_000);
const SHOWN = option("show", 3);

function check(name: string, target: Target): Check {
  return async () => {
    const count = countOf(target, COUNT);
    const flaws = await inThread(name, count, target.patienceMs ?? PATIENCE_MS);
    if (flaws.length === 0) return `${count} inputs`;
    const shown = flaws.slice(0, SHOWN).map(({ seed, input, what }) =>
      `\n--seed=${seed} ${JSON.stringify(input.slice(0, 300))}\n${what.slice(0, 1500)}`
    );
    throw new Error(`${flaws.length} of ${count} inputs${shown.join("")}`);
  };
}

/** The flaws of a target; a thread that does not answer is ended, which counts as one. */
function inThread(target: string, count: number, patienceMs: number): Promise<Flaw[]> {
  const at = new SharedArrayBuffer(4);
  const worker = new Worker(new URL("../fuzz/worker.ts", import.meta.url), { type: "module" });
  const flaws: Flaw[] = [];
  let last = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Flaw[]>();
  const watch = setInterval(() => {
    const seed = Atomics.load(new Int32Array(at), 0);
    if (seed !== 0 && seed === last) {
      resolve([...flaws, { seed, input: "", what: `No answer within ${patienceMs / 1000} s` }]);
    }
    last = seed;
  }, patienceMs);
  worker.onmessage = ({ data }: MessageEvent<WorkerNews>) => {
    if ("flaw" in data) flaws.push(data.flaw);
    else resolve(flaws);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(`seed ${Atomics.load(new Int32Array(at), 0)}: ${event.message}`));
  };
  worker.postMessage({ target, seed: SEED, count, at } satisfies WorkerJob);
  return promise.finally(() => {
    clearInterval(watch);
    worker.terminate();
  });
}

if (import.meta.main) {
  await runChecks(
    Object.fromEntries(Object.entries(allTargets()).map(([name, target]) => [name, check(name, target)])),
  );
}
