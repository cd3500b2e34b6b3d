/** `export`: a definition in the other language. */
import { exportTs } from "../builder/export_ts.ts";
import type { Config } from "../config/config.ts";
import { openServices } from "./services.ts";

export async function exportDag(config: Config, name: string): Promise<string> {
  const { file, text, typeScript } = await openServices(config).dags.textOf(name);
  return typeScript ? text : exportTs(text, file);
}
