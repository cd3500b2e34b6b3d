/**
 * Lives through many worlds, and tells of those that go wrong.
 *
 *     deno task simulate [--seeds=FROM-TO] [--jobs=N] [--story] [--first]
 *
 * One seed alone is told as a story, line by line. `--first` ends with the first world that goes wrong.
 */
import { oneWorld } from "./one_world.ts";

const DEFAULT_SEEDS = "1-1000";
/** Seeds that a process takes at most: the first hundreds cost half as much again, until its code is compiled well. */
const MOST_SEEDS = 2500;

interface Options {
  readonly from: number;
  readonly to: number;
  readonly jobs: number;
  readonly story: boolean;
  readonly first: boolean;
}

function optionsOf(args: readonly string[]): Options {
  const value = (name: string, otherwise: string) =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
  const [from = 1, to = from] = value("seeds", DEFAULT_SEEDS).split("-").map(Number);
  const jobs = Number(value("jobs", String(navigator.hardwareConcurrency)));
  return { from, to, jobs, story: from === to || args.includes("--story"), first: args.includes("--first") };
}

/** @returns how many went wrong */
async function inThisProcess({ from, to, story, first }: Options): Promise<number> {
  let wrong = 0;
  for (let seed = from; seed <= to; seed++) {
    const outcome = await oneWorld(seed, story);
    if (story) console.log(outcome.story.join("\n"));
    if (!outcome.failure) continue;
    wrong++;
    const { name, message, stack } = outcome.failure;
    console.log(`seed ${seed}: ${name === "Violation" ? message : stack}`);
    console.log(`  deno task simulate --seeds=${seed}`);
    if (first) break;
  }
  return wrong;
}

/** Shares the seeds out to processes of their own. */
async function inJobs({ from, to, jobs, first }: Options, share: number): Promise<number> {
  let wrong = 0;
  let next = from;
  const job = async () => {
    while (next <= to && !(first && wrong > 0)) {
      const begin = next;
      next = Math.min(to + 1, begin + share);
      const args = [`--seeds=${begin}-${next - 1}`, "--jobs=1", ...(first ? ["--first"] : [])];
      const { code } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", import.meta.filename!, ...args],
        stdout: "inherit",
        stderr: "inherit",
      }).output();
      if (code !== 0) wrong++;
    }
  };
  await Promise.all(Array.from({ length: jobs }, job));
  return wrong;
}

const options = optionsOf(Deno.args);
const worlds = options.to - options.from + 1;
const share = Math.min(MOST_SEEDS, Math.ceil(worlds / options.jobs));
const wrong = await (worlds === share ? inThisProcess(options) : inJobs(options, share));
if (worlds > share) console.log(`${worlds} worlds, ${wrong === 0 ? "all is well" : "see above"}`);
Deno.exit(wrong === 0 ? 0 : 1);
