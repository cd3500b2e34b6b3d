/** A run that nobody watches and that may never end. */
import type { Rule } from "../rule.ts";

export const missingTimeout: Rule = {
  name: "missing-timeout",
  level: "warning",
  doc:
    "A DAG that is started by a schedule has steps without a time limit: one that hangs holds up all later runs.",
  check: (document) => {
    const { dag, steps } = document;
    if (dag.timeoutMs > 0 || dag.schedule.start.length === 0) return [];
    const endless = steps.filter(({ step }) => step.timeoutMs === 0 && step.executor.type !== "hitl");
    const [first, ...others] = endless;
    if (!first) return [];
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return [{
      node: document.at("schedule"),
      message:
        `step ${first.step.name}${more} may take for ever, which holds up all later runs of the schedule`,
      fix: "add timeoutSec: to the DAG, such as timeoutSec: 3600, or to each step",
    }];
  },
};
