/**
 * Random definitions, carried out by both programs: exit codes, states, counts, outputs, parameters, handlers, runs
 * below and logs have to be the same, except for what docs/compatibility.md says. What differs is made as small as it
 * can be and printed with both results; what differs once only is told, and counts for neither.
 *
 *     deno task random [--seed N] [--count N] [--jobs N]
 *
 * Needs the reference program, which is fetched or named by `PEER`. `OURS` names a compiled program to test instead of
 * the sources.
 */
import { programArgs } from "../support/home.ts";
import { ensurePeer } from "../support/peer.ts";
import { type Case, type Json, yamlOf } from "./random/case.ts";
import { type Difference, differences, kindOf } from "./random/differences.ts";
import { generate } from "./random/generate.ts";
import { observe } from "./random/observe.ts";
import { shrink } from "./random/shrink.ts";

function option(name: string, otherwise: number): number {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
}

async function compare(one: Case, peer: string): Promise<Difference[]> {
  const ours = await observe(one, programArgs());
  return differences(ours, await observe(one, [peer]));
}

/** What is printed of a seed: nothing when both programs do the same. Of each kind, one is made small. */
async function report(seed: number, peer: string, known: Set<string>): Promise<string> {
  const one = generate(seed);
  const found = await compare(one, peer);
  if (found.length === 0) return "";
  const kind = kindOf(found[0]!);
  if (known.has(kind)) return `FAILED  ${seed}: again: ${kind}`;
  const isStill = async (less: Case) => (await compare(less, peer)).some((found) => kindOf(found) === kind);
  // Dagu leaves records of runs below open now and then.
  if (!await isStill(one)) return `-       ${seed}: by chance: ${kind}`;
  known.add(kind);
  const least = await shrink(one, isStill);
  const how = `# ${JSON.stringify(least.args)}${least.retry ? ", then retried" : ""}`;
  const base = Object.keys(least.base ?? {}).length === 0 ? "" : `${yamlOf([least.base])}# in base.yaml\n`;
  return `FAILED  ${seed}: ${kind}\n${base}${yamlOf(least.documents)}${how}\n${
    textOf(await compare(least, peer))
  }`;
}

function textOf(found: readonly Difference[]): string {
  const line = (who: string, value: Json | undefined) => `    ${who} ${JSON.stringify(value)}\n`;
  return found.map(({ path, ours, theirs }) => `  ${path}\n${line("ours  ", ours)}${line("theirs", theirs)}`)
    .join("");
}

if (import.meta.main) {
  const peer = await ensurePeer();
  if (peer === "") {
    console.error("There is no reference program to compare with");
    Deno.exit(1);
  }
  const first = option("seed", 1);
  const end = first + option("count", 100);
  let next = first;
  let failed = 0;
  const known = new Set<string>();
  const job = async () => {
    while (next < end) {
      const found = await report(next++, peer, known);
      if (found === "") continue;
      if (found.startsWith("FAILED")) failed++;
      console.log(found);
    }
  };
  await Promise.all(Array.from({ length: option("jobs", 2) }, job));
  console.log(`${end - first - failed} of ${end - first}`);
  Deno.exit(failed === 0 ? 0 : 1);
}
