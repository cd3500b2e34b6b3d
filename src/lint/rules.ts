/** The rules. A new one is a file, a row and a case in `lint_test.ts`. */
import type { Rule } from "./rule.ts";
import { busyLoop } from "./rules/busy_loop.ts";
import { floatingImage } from "./rules/floating_image.ts";
import { missingTimeout } from "./rules/missing_timeout.ts";
import { neverFires } from "./rules/never_fires.ts";
import { plainSecrets } from "./rules/plain_secrets.ts";
import { riskyShell } from "./rules/risky_shell.ts";
import { unknownReference } from "./rules/unknown_reference.ts";
import { unquotedExpansion } from "./rules/unquoted_expansion.ts";
import { unreachableTimeout } from "./rules/unreachable_timeout.ts";
import { unverifiedPeer } from "./rules/unverified_peer.ts";
import { widePermissions } from "./rules/wide_permissions.ts";

export const RULES: readonly Rule[] = [
  plainSecrets,
  neverFires,
  unknownReference,
  unquotedExpansion,
  riskyShell,
  widePermissions,
  unverifiedPeer,
  missingTimeout,
  unreachableTimeout,
  busyLoop,
  floatingImage,
];
