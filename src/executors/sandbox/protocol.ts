/** Messages between the agent and the code of an executor in its worker. */
import type { PermissionSet } from "../../core/permissions.ts";
import { signalText } from "../../platform/process/signal_text.ts";
import type { StepOutcome } from "../../ports/executor.ts";

export type ToWorker =
  | {
    readonly kind: "run";
    readonly id: number;
    readonly request: unknown;
    /** What the worker holds. */
    readonly permissions: PermissionSet;
  }
  | { readonly kind: "stop"; readonly id: number; readonly signal: string }
  /** Bytes of output that have been stored: the worker may send as many more. */
  | { readonly kind: "stored"; readonly id: number; readonly bytes: number }
  /** To the question of that number. */
  | { readonly kind: "answer"; readonly id: number; readonly number: number; readonly text: string };

export type FromWorker =
  /** The worker has loaded its code. */
  | { readonly kind: "ready" }
  | {
    readonly kind: "output";
    readonly id: number;
    readonly stream: "stdout" | "stderr";
    readonly bytes: Uint8Array;
  }
  /** Something that the agent can find out and the worker cannot. */
  | { readonly kind: "ask"; readonly id: number; readonly number: number; readonly question: unknown }
  | {
    readonly kind: "done";
    readonly id: number;
    readonly outcome: StepOutcome;
    /** What was used of kinds that the worker holds as a whole. */
    readonly used: PermissionSet;
    /** The worker holds much memory now and is not to be used again. */
    readonly retire: boolean;
  };

/** How an execution ended that was told to stop. */
export function stopped(signal: string): StepOutcome {
  return { exitCode: signal === "SIGKILL" ? 137 : 143, error: signalText(signal) };
}
