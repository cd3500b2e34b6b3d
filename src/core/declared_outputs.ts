import type { Step } from "./dag.ts";

/** Variables that a step may set: those that its executor names itself (`config.outputs`), and its `output`. */
export function declaredOutputs({ executor, output }: Step): string[] {
  const { outputs } = executor.config;
  const named = Array.isArray(outputs) ? outputs.map(String) : [];
  return [...new Set(output ? [...named, output.name] : named)];
}
