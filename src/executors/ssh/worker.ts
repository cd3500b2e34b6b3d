/** Speaks SSH; runs in a worker that reaches one host and reads the keys and known hosts. */
import type { StepOutcome } from "../../ports/executor.ts";
import { type SandboxIo, serveSandbox } from "../sandbox/worker_runtime.ts";
import { Connections } from "./connections.ts";
import type { SshRequest } from "./request.ts";
import { LOST_EXIT_CODE, runRemote } from "./run_remote.ts";

const connections = new Connections();

async function run({ hops, programs }: SshRequest, io: SandboxIo): Promise<StepOutcome> {
  for (const [index, program] of programs.entries()) {
    const outcome = await runRemote(connections.route(hops), program, io);
    if (outcome.error === "") continue;
    return programs.length === 1
      ? outcome
      : { ...outcome, error: `command ${index + 1} failed: ${outcome.error}` };
  }
  return { exitCode: 0, error: "" };
}

serveSandbox(async (request: SshRequest, io) => {
  try {
    return await run(request, io);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "DaguError") throw error;
    return { exitCode: LOST_EXIT_CODE, error: error.message };
  }
});
