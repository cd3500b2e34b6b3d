/** `repeatPolicy` of a step. */
import type { RepeatPolicy } from "../../core/dag.ts";
import { backoffFactor } from "./backoff_factor.ts";
import type { ObjectValue } from "../decode.ts";
import { exitCodes } from "./exit_codes.ts";

/** null when the step does not repeat. */
export function repeatPolicy(policy: ObjectValue | null): RepeatPolicy | null {
  if (!policy) return null;
  const condition = policy.raw("condition");
  const expected = policy.raw("expected");
  const codes = exitCodes(policy, "exitCode");
  const backoff = backoffFactor(policy);
  const mode = repeatMode(policy, condition !== "", expected !== "", codes.length > 0);
  if (mode === "") return null;
  return {
    mode,
    intervalMs: Math.max(0, policy.int("intervalSec", 0)) * 1000,
    limit: Math.max(0, policy.int("limit", 0)),
    condition: condition === "" ? null : { condition, expected, negate: false },
    exitCodes: codes,
    backoff,
    maxIntervalMs: Math.max(0, policy.int("maxIntervalSec", 0)) * 1000,
  };
}

function repeatMode(
  policy: ObjectValue,
  condition: boolean,
  expected: boolean,
  codes: boolean,
): RepeatPolicy["mode"] {
  const word = policy.text("repeat");
  if (word === "while" || word === "until") {
    if (condition || codes || policy.written("condition") || policy.written("exitCode")) return word;
    policy.issue("repeat", `Repeat mode "${word}" requires "condition" or "exitCode"`);
    return "";
  }
  if (policy.written("repeat")) return policy.bool("repeat") ? "while" : "";
  if (condition) return expected ? "until" : "while";
  return codes ? "while" : "";
}
