/** All that is fuzzed in one process, by name. */
import type { Target } from "./target.ts";
import { definitionTargets } from "./targets/definitions.ts";
import { historyTargets } from "./targets/history.ts";
import { httpTargets } from "./targets/http.ts";
import { importTargets } from "./targets/imports.ts";
import { jqTargets } from "./targets/jq.ts";
import { LANGUAGES } from "./targets/languages.ts";
import { MOVING_IN } from "./targets/moving_in.ts";
import { recordTargets } from "./targets/records.ts";
import { runCommandTargets } from "./targets/run_commands.ts";
import { schedulerTargets } from "./targets/scheduler_home.ts";
import { SETTINGS } from "./targets/settings.ts";
import { WIRE } from "./targets/wire.ts";

export function allTargets(): Readonly<Record<string, Target>> {
  return {
    ...definitionTargets(),
    ...LANGUAGES,
    ...MOVING_IN,
    ...recordTargets(),
    ...historyTargets(),
    ...SETTINGS,
    ...WIRE,
    ...httpTargets(),
    ...jqTargets(),
    ...importTargets(),
    ...runCommandTargets(),
    ...schedulerTargets(),
  };
}
