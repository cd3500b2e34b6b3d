/** The process of a TypeScript step where a Deno program runs it: `deno run step_main.ts JOB`. */
import { runTsJob } from "./child.ts";

Deno.exit(await runTsJob(Deno.args[0]!));
