import type { SandboxLimits } from "../sandbox/job.ts";

/** Requests wait for the engine most of the time; a kill is given time to reach it. */
export const DOCKER_LIMITS: SandboxLimits = { workers: 1, requestsPerWorker: 256, killMs: 10_000 };
