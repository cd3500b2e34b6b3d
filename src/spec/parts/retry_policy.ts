/** `retryPolicy` of a step. */
import type { RetryPolicy } from "../../core/dag.ts";
import { backoffFactor } from "./backoff_factor.ts";
import type { ObjectValue } from "../decode.ts";
import { exitCodes } from "./exit_codes.ts";
import { quote } from "../issue_list.ts";

/** Negative numbers count as 0. */
export function retryPolicy(policy: ObjectValue | null): RetryPolicy | null {
  if (!policy) return null;
  const limit = count(policy, "limit");
  const seconds = count(policy, "intervalSec");
  return {
    limit,
    intervalMs: typeof seconds === "number" ? seconds * 1000 : seconds,
    exitCodes: exitCodes(policy, "exitCode"),
    backoff: backoffFactor(policy),
    maxIntervalMs: Math.max(0, policy.int("maxIntervalSec", 0)) * 1000,
  };
}

/** A whole number, or a text with a reference that will yield one. */
function count(policy: ObjectValue, name: string): number | string {
  const number = policy.number(name);
  if (number !== null) return Math.max(0, Math.trunc(number));
  const text = policy.text(name);
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (policy.has(name) && !/[$`]/.test(text)) {
    policy.issue(name, `Expected a whole number or a text with a variable, got ${quote(text)}`);
    return 0;
  }
  return text === "" ? 0 : text;
}
