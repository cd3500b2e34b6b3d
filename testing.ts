/**
 * Tests of workflows in TypeScript, for any runner of tests: no process, no file, no waiting.
 *
 * ```ts
 * import { dag } from "@x/dagu/dag";
 * import { play } from "@x/dagu/testing";
 *
 * const flow = dag({
 *   steps: [
 *     { name: "fetch", command: "fetch", output: "DATA", retryPolicy: { limit: 2, intervalSec: 60 } },
 *     { name: "load", command: "load $DATA" },
 *   ],
 * });
 *
 * Deno.test("a second try helps", async () => {
 *   const run = await play(flow, { steps: { fetch: ({ run }) => run === 1 ? { exitCode: 1 } : "42" } });
 *   if (run.status !== "succeeded" || run.steps.load.command !== "load 42") throw new Error(run.error);
 * });
 * ```
 *
 * @module
 */
export * from "./src/testing/play.ts";
