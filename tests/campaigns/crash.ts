/**
 * The long form of the crash tests: more kills at random instants, and a kill before every file-changing call.
 *
 *     deno run -A tests/campaigns/crash.ts [--kills N] [--seed N] [--stride N] [kills | calls | sweep ...]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import { Random } from "../fakes/random.ts";
import { killChains, killShape, SHAPES } from "../support/kills.ts";
import { sweep, SWEEPS } from "../support/kill_points.ts";
import { REQUEST_SWEEPS, sweepRequest } from "../support/kill_requests.ts";

function option(name: string, otherwise: number): number {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  try {
    const result = await work();
    console.log(
      `ok      ${what}: ${JSON.stringify(result ?? "")} in ${
        ((performance.now() - start) / 1000).toFixed(1)
      } s`,
    );
  } catch (error) {
    console.log(`FAILED  ${what}: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  }
}

if (import.meta.main) {
  const kills = option("kills", 500);
  const seed = option("seed", 1);
  const random = new Random(seed);
  const named = Deno.args.filter((arg, i) => !arg.startsWith("--") && !Deno.args[i - 1]?.startsWith("--"));
  const chosen = (...names: string[]) => named.length === 0 || names.some((name) => named.includes(name));
  if (chosen("kills")) {
    await timed(`${kills} kills, seed ${seed}`, () => killChains({ kills, steps: 30, random }));
    for (const shape of SHAPES) {
      await timed(`${shape.name}, 20 kills`, async () => {
        for (let i = 0; i < 20; i++) await killShape(shape, random);
      });
    }
  }
  for (const one of SWEEPS) {
    if (!chosen("calls", one.name)) continue;
    await timed(`${one.name}, killed before each call`, () => sweep(one, 1, option("stride", 1)));
  }
  for (const one of REQUEST_SWEEPS) {
    if (!chosen("calls", one.name)) continue;
    await timed(
      `${one.name}, server killed before each call`,
      () => sweepRequest(one, 1, option("stride", 1)),
    );
  }
}
