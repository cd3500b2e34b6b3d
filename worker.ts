/**
 * The other half of an {@link ExecutorManifest}: what its `worker` module calls, once.
 *
 * ```ts
 * import { serveExecutor } from "@x/dagu/worker";
 *
 * serveExecutor(async ({ config }, io) => {
 *   const answer = await fetch(`https://example.com/${config.city}`, { signal: io.signal });
 *   await io.write("stdout", await answer.text());
 *   return { exitCode: 0, error: "" };
 * });
 * ```
 *
 * @module
 */
import type { PreparedStep } from "./src/core/executor_manifest.ts";
import { type SandboxHandler, serveSandbox } from "./src/executors/sandbox/worker_runtime.ts";

export type { PreparedStep } from "./src/core/executor_manifest.ts";
export type { SandboxHandler, SandboxIo } from "./src/executors/sandbox/worker_runtime.ts";
export type { StepOutcome } from "./src/ports/executor.ts";

/** Serves steps until the worker is ended. What the handler throws fails the step with the error's message. */
export function serveExecutor(handler: SandboxHandler<PreparedStep>): void {
  serveSandbox(handler);
}
