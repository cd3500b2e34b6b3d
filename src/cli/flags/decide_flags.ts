/** Flags that `approve` and `reject` have in common. */
import type { FlagSpec } from "./flags.ts";
import { RUN_ID_FLAG } from "./run_flags.ts";

export const DECIDE_FLAGS = [
  { ...RUN_ID_FLAG, doc: "Id of the run; the newest one when not given" },
  { name: "step", kind: "text", value: "name", doc: "Name or id of the step", required: true },
  { name: "sub-run-id", kind: "text", value: "id", doc: "Sub-run in which the step waits" },
  {
    name: "by",
    kind: "text",
    value: "name",
    doc: "Who decides; the user who runs the command when not given",
  },
] as const satisfies readonly FlagSpec[];
