/** Evaluates conditions for the agent: comparisons by eval, commands by a real shell. */
import type { Condition, Shell } from "../core/dag.ts";
import type { ConditionResult } from "../core/run.ts";
import { evaluateConditions } from "../eval/conditions.ts";
import { dialectOf } from "../eval/dialect.ts";
import type { Scope } from "../eval/scope.ts";
import { prepareShellText } from "../eval/shell_text.ts";
import type { AgentPorts } from "./agent_ports.ts";

export interface ConditionPlace {
  readonly scope: Scope;
  /** The DAG's shell. */
  readonly shell: Shell;
  readonly cwd: string;
  readonly ports: AgentPorts;
}

export async function conditionResults(
  conditions: readonly Condition[],
  place: ConditionPlace,
): Promise<ConditionResult[]> {
  const { scope, shell, cwd, ports } = place;
  return await evaluateConditions(conditions, {
    variables: scope,
    options: { commands: ports.commands, os: ports.os, cwd, shell },
    runShell: async (text) => {
      const prepared = prepareShellText(text, scope, dialectOf(shell.program));
      return await ports.commands.run({
        program: shell.program,
        args: [...shell.args, "-c", prepared.text],
        env: { ...scope.environment().env, ...prepared.env, PWD: cwd },
        cwd,
      });
    },
  });
}
