/** What the endpoints about accounts, keys, webhooks and the audit log work with. */
import type { AuditEntry } from "../../../core/access/audit_entry.ts";
import type { AuditQuery } from "../../../stores/file/access/audit_log.ts";
import type { Principal } from "../access/guard.ts";
import { ApiError } from "../http/api_error.ts";
import type { Accounts } from "./accounts.ts";
import type { ApiKeys } from "./api_keys.ts";
import type { Oidc } from "./oidc.ts";
import { notAllowed } from "./refusals.ts";
import type { Sessions } from "./sessions.ts";
import type { Webhooks } from "./webhooks.ts";

export interface People {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly keys: ApiKeys;
  readonly webhooks: Webhooks;
  /** null where nobody logs in at a provider. */
  readonly oidc: Oidc | null;
}

export type AuditNote = Omit<AuditEntry, "id" | "at">;

export interface Audit {
  /** Never fails: what the disk does not take is told elsewhere. */
  note(entry: AuditNote): Promise<void>;
  read(query: AuditQuery): AuditEntry[];
}

export interface Auth {
  /** null where nobody has an account: without a login, and with one password for everybody. */
  readonly people: People | null;
  readonly audit: Audit;
}

/** @throws ApiError 401 where nobody has an account; no login would help */
export function needPeople(auth: Auth): People {
  if (!auth.people) {
    throw new ApiError(401, "unauthorized", "Accounts are not enabled: set auth.mode to builtin");
  }
  return auth.people;
}

/** Keys must not make, change or show accounts and keys. @throws ApiError 403 */
export function needPerson(principal: Principal): void {
  if (principal.isKey) throw notAllowed("Insufficient permissions: API keys may not do this");
}
