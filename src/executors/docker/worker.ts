/** Talks to the engine; runs in a worker that reaches its socket or its port and nothing else. */
import { serveSandbox } from "../sandbox/worker_runtime.ts";
import { explainEngine } from "./engine/engine_errors.ts";
import { stoppedBy } from "./engine/outcome.ts";
import type { DockerRequest } from "./request.ts";
import { serveDocker } from "./engine/serve.ts";

serveSandbox<DockerRequest>(async (request, io) => {
  try {
    return await serveDocker(request, io);
  } catch (error) {
    if (io.signal.aborted) return stoppedBy(String(io.signal.reason));
    // What the sandbox refused is told by its frame.
    if (error instanceof Error && error.name === "NotCapable") throw error;
    return { exitCode: 1, error: explainEngine(error, request.engine) };
  }
});
