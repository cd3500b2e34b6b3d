/** Requests that changed something, for the audit log. */
import type { Served } from "../http/dispatch.ts";
import type { Audit } from "./auth.ts";

/** Endpoints that write entries of their own. */
const OWN = /^POST \/(auth|webhooks)\//;

/** Requests of nobody leave no entry: whoever is not let in must not fill the disk. */
export function noteServed(audit: Audit, served: Served): void {
  const { unsafe, user, client, action, path, status } = served;
  if (!unsafe || user === "" || OWN.test(action)) return;
  const outcome = status < 400 ? "done" : status === 401 || status === 403 ? "refused" : "failed";
  audit.note({ user, client, action, target: path, outcome });
}
