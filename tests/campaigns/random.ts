/**
 * Random definitions, carried out by both programs: exit codes, states, counts, outputs, parameters, handlers, runs
 * below and logs have to be the same, except for what docs/compatibility.md says. What differs is made as small as it
 * can be and printed with both results.
 *
 *     deno task random [--seed N] [--count N] [--jobs N]
 *
 * Needs the reference program, which is fetched or named by `PEER`. `OURS` names a compiled program to test instead of
 * the sources.
 */
import { programArgs } from "../support/home.ts";
import { ensurePeer } from "../support/peer.ts";
import { type Case, yamlOf } from "./random/case.ts";
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

/** "" when both programs do the same, else what they do not. Of each kind, one is made small. */
async function report(seed: number, peer: string, known: Set<string>): Promise<string> {
  const one = generate(seed);
  const [first] = await compare(one, peer);
  if (!first) return "";
  const kind = kindOf(first);
  if (known.has(kind)) return `${seed}: again: ${kind}`;
  known.add(kind);
  const isStill = async (less: Case) => (await compare(less, peer)).some((found) => kindOf(found) === kind);
  if (!await isStill(one)) return `${seed}: not twice: ${kind}`;
  const least = await shrink(one, isStill);
  const found = (await compare(least, peer)).map(({ path, ours, theirs }) =>
    `  ${path}\n    ours   ${JSON.stringify(ours)}\n    theirs ${JSON.stringify(theirs)}\n`
  );
  return `${seed}: ${kind}\n${yamlOf(least)}# ${JSON.stringify(least.args)} ${
    least.retry ? "retried" : ""
  }\n${found.join("")}`;
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
      failed++;
      console.log(`FAILED  ${found}`);
    }
  };
  await Promise.all(Array.from({ length: option("jobs", 2) }, job));
  console.log(`${end - first - failed} of ${end - first}`);
  Deno.exit(failed === 0 ? 0 : 1);
}
