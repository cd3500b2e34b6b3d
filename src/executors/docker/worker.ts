/** Talks to the engine; runs in a worker that reaches its socket or its port and nothing else. */
import process from "node:process";
import { serveSandbox } from "../sandbox/worker_runtime.ts";
import { explainEngine } from "./engine_errors.ts";
import type { DockerRequest } from "./request.ts";

// The library looks through the whole environment while it is loaded. It is to see none, so it is loaded after this.
Object.defineProperty(process, "env", { value: {}, configurable: true });

serveSandbox<DockerRequest>(async (request, io) => {
  const { serveDocker } = await import("./serve.ts");
  try {
    return await serveDocker(request, io);
  } catch (error) {
    if (io.signal.aborted) return (await import("./outcome.ts")).stoppedBy(String(io.signal.reason));
    // What the sandbox refused is told by its frame.
    if (error instanceof Error && error.name === "NotCapable") throw error;
    return { exitCode: 1, error: explainEngine(error, request.engine) };
  }
});
