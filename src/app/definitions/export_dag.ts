/** `export`: a definition in the other language. */
import { exportTs, exportYaml } from "../../builder/export_ts.ts";
import type { Config } from "../../config/config.ts";
import { readTextIfExistsSync } from "../../platform/files/files.ts";
import { openStores } from "../stores.ts";

export async function exportDag(config: Config, name: string): Promise<string> {
  const { file, text, typeScript } = await openStores(config).dags.textOf(name);
  return typeScript ? exportYaml(text, readTextIfExistsSync(file) ?? "", file) : exportTs(text, file);
}
