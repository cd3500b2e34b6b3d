/** Repetitions without a pause. */
import type { Rule } from "../rule.ts";

export const busyLoop: Rule = {
  name: "busy-loop",
  level: "warning",
  doc: "A step is repeated without a pause, which takes all of a processor.",
  check: ({ steps }) =>
    steps.flatMap(({ step: { name, repeat }, fields }) => {
      if (!fields || !repeat?.mode || repeat.intervalMs > 0 || repeat.limit > 0) return [];
      return [{
        node: fields.get("repeatPolicy")!.node,
        message: `step ${name} is repeated without a pause and without a limit`,
        fix: "add intervalSec: to the repeatPolicy, such as intervalSec: 10",
      }];
    }),
};
