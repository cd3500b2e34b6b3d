/** Which labels a worker may have, by the certificate or key that it shows: labels decide which tasks it gets. */
import type { PeerIdentity } from "./peer/peer_identity.ts";

/**
 * Labels as `key=value`, by the id of a certificate or key. "*" is for all that are not named. Without any entry
 * every worker may have what it likes.
 */
export type LabelRules = Readonly<Record<string, readonly string[]>>;

/** For whoever is not named. */
export const ANY_WORKER = "*";

/** The labels that are not for that worker, as `key=value`. Admins may hand out any task, and may have any label. */
export function forbiddenLabels(
  rules: LabelRules,
  { id, roles }: PeerIdentity,
  labels: Readonly<Record<string, string>>,
): string[] {
  if (Object.keys(rules).length === 0 || roles.includes("admin")) return [];
  const allowed = allowedLabels(rules, id);
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).filter((one) =>
    !allowed.includes(one)
  );
}

export function allowedLabels(rules: LabelRules, id: string): readonly string[] {
  return (Object.hasOwn(rules, id) ? rules[id] : rules[ANY_WORKER]) ?? [];
}
