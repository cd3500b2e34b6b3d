import { processMain } from "./src/cli/process_main.ts";

Deno.exit(await processMain(Deno.args, Deno.cwd()));
