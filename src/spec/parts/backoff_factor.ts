/** `backoff` of retry and repeat policies. */
import type { ObjectValue } from "../decode.ts";

/** The factor, 2 for true, 0 when there is none. Factors that do not grow are reported. */
export function backoffFactor(policy: ObjectValue): number {
  if (!policy.has("backoff")) return 0;
  const factor = policy.number("backoff");
  if (factor === null) return policy.bool("backoff") ? 2 : 0;
  if (factor !== 0 && !(factor > 1 && Number.isFinite(factor))) {
    policy.issue("backoff", `The backoff factor must be greater than 1, got ${factor}`);
    return 0;
  }
  return factor;
}
