import { type Dag, HANDLER_NAMES, type Step } from "../../core/dag.ts";

export interface TypeScriptStep {
  readonly step: Step;
  /** Where the definition has it, such as `steps[0]` or `handlerOn.exit`. */
  readonly field: string;
}

/** The steps and handlers of one document of a definition that are code in TypeScript. */
export function typeScriptSteps(dag: Dag): TypeScriptStep[] {
  const steps = dag.steps.map((step, index) => ({ step, field: `steps[${index}]` }));
  const handlers = HANDLER_NAMES.flatMap((name) => {
    const step = dag.handlers[name];
    return step ? [{ step, field: `handlerOn.${name}` }] : [];
  });
  return [...steps, ...handlers]
    .filter(({ step }) => step.executor.type === "ts" || step.executor.type === "typescript");
}
