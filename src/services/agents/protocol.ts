/** What a scheduler and an agent process say to each other: one line of JSON each. */
import type { RunRef } from "../../core/run.ts";
import type { RunStatus } from "../../core/status.ts";
import type { LaunchRequest } from "../../ports/run_launcher.ts";

/** To the agent: a run to carry out. Sent only to one that is ready. */
export type ToAgent = LaunchRequest;

export type FromAgent =
  /** It can take a run. */
  | { readonly say: "ready" }
  /** The record of the run is on the disk. */
  | { readonly say: "began"; readonly run: RunRef }
  /** The run did not begin. */
  | { readonly say: "failed"; readonly error: string }
  /** The run is over, or waits for somebody. */
  | { readonly say: "ended"; readonly status: RunStatus };
