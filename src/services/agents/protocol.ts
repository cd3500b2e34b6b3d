/** What a service and an agent process say to each other: one line of JSON each. */
import type { RunRef } from "../../core/run.ts";
import type { RunStatus } from "../../core/status.ts";
import type { SignalName } from "../../ports/executor.ts";
import type { LaunchRequest } from "../../ports/run_launcher.ts";
import type { AgentPart } from "../remote_runs/run_part.ts";

/** To an agent that carries a run out. */
export type ToRunning =
  /** Stops the run; SIGKILL ends it at once. */
  | { readonly kind: "signal"; readonly signal: SignalName }
  /** Of a run whose history is kept elsewhere: its record is on the disk there. As `renew`, and it may begin. */
  | { readonly kind: "recorded"; readonly askedAt: number }
  /** The task is still the worker's: the coordinator said so to a question of that time, Unix milliseconds. */
  | { readonly kind: "renew"; readonly askedAt: number };

/** To the agent. A run is sent only to one that is ready. */
export type ToAgent = LaunchRequest | ToRunning;

export type FromAgent =
  /** It can take a run. */
  | { readonly say: "ready" }
  /** The record of the run is on the disk. */
  | { readonly say: "began"; readonly run: RunRef }
  /** Something of a run whose history is kept elsewhere. */
  | { readonly say: "part"; readonly part: AgentPart }
  /** The run did not begin; `taken`: there is one with its id. */
  | { readonly say: "failed"; readonly error: string; readonly taken?: boolean }
  /** The run is over, or waits for somebody. */
  | (RunOutcome & { readonly say: "ended"; readonly status: RunStatus });

/** What whoever had a run carried out may want to know. */
export interface RunOutcome {
  /** Parameters as they were resolved, `K=V K2=V2`. */
  readonly params: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Of the record. */
  readonly problem: string;
}
