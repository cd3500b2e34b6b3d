/** Evaluates a definition in TypeScript. */
import BUILDER from "../../builder/dag.ts" with { type: "text" };
import type { DataNode } from "../../builder/data_node.ts";
import { yamlText } from "../../builder/yaml_text.ts";
import { evaluateDefinition } from "../../executors/ts/definition.ts";
import { osEnv } from "../../platform/os_env.ts";

/** @throws DaguError when the module cannot be evaluated, or yields no plain values */
export async function readDefinition(file: string): Promise<string> {
  return yamlText(await evaluateDefinition(file, { os: osEnv(), builder: BUILDER }) as DataNode[]);
}
