/** Time limits of steps that the DAG's own comes before. */
import type { Rule } from "../rule.ts";

export const unreachableTimeout: Rule = {
  name: "unreachable-timeout",
  level: "warning",
  doc: "A step has a time limit that is longer than that of its DAG, so that it never counts.",
  check: ({ dag, steps }) =>
    steps.flatMap(({ step: { name, timeoutMs }, fields }) => {
      const value = fields?.get("timeoutSec");
      if (!value || dag.timeoutMs === 0 || timeoutMs <= dag.timeoutMs) return [];
      return [{
        node: value.node,
        message: `step ${name} may take ${timeoutMs / 1000} s, but its DAG is stopped after ${
          dag.timeoutMs / 1000
        } s`,
        fix: "make the time limit of the DAG longer, or that of the step shorter",
      }];
    }),
};
