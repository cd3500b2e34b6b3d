/** The YAML texts that definitions in TypeScript stand for. */
import BUILDER from "../builder/dag.ts" with { type: "text" };
import type { DataNode } from "../builder/data_node.ts";
import { yamlText } from "../builder/yaml_text.ts";
import { evaluateDefinition } from "../executors/ts/definition.ts";
import { osEnv } from "../platform/os_env.ts";
import { ModuleTexts } from "../stores/file/module_texts.ts";

/** @param cacheDir folder in which texts are kept; "" keeps them in memory only */
export function openModuleTexts(cacheDir: string): ModuleTexts {
  return new ModuleTexts(readDefinition, cacheDir);
}

/** @throws DaguError when the module cannot be evaluated, or yields no plain values */
async function readDefinition(file: string): Promise<string> {
  return yamlText(await evaluateDefinition(file, { os: osEnv(), builder: BUILDER }) as DataNode[]);
}
