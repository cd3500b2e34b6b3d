/** `init`: what a new home needs before its first run. */
import type { Config } from "../../config/config.ts";
import { configTemplate } from "../../config/template.ts";
import { isDefinitionFile } from "../../core/definition_file.ts";
import { VERSION } from "../../core/version.ts";
import { createFileSync, ensureDirSync, existsSync } from "../../platform/files/files.ts";
import { listFolderSync } from "../../platform/folders/list_folder.ts";
import { dirname } from "../../platform/files/path.ts";
import { noteDataFormat } from "../../stores/file/data_format.ts";
import { oneTimeFile } from "../server/one_time_file.ts";
import { FIRST_DAG } from "./example_dags.ts";

export interface NewHome {
  /** Absolute paths. */
  readonly made: readonly string[];
  /** What was there before. */
  readonly kept: readonly string[];
  /** Name of a definition that can be started. */
  readonly dag: string;
  /** Whether {@link dag} is the one that this call wrote. */
  readonly first: boolean;
  /** Account of the first login, and the file that will hold its password; "" when nobody has to log in. */
  readonly username: string;
  readonly passwordFile: string;
}

/** Nothing that exists is changed. */
export function initHome(config: Config): NewHome {
  const { layout, paths, auth } = config;
  const made: string[] = [];
  const kept: string[] = [];
  const create = (path: string, text: string) => {
    ensureDirSync(dirname(path));
    (createFileSync(path, text) ? made : kept).push(path);
  };
  const folders = { dagsDir: paths.dagsDir, dataDir: paths.dataDir, logDir: paths.logDir };
  const given = Object.fromEntries(Object.entries(folders).map(([name, path]) => [`paths.${name}`, path]));
  if (config.files.length > 0) kept.push(...config.files);
  else create(layout.configFile, configTemplate(given));
  const others = definitionsIn(paths.dagsDir);
  const first = others.length === 0 || others.includes(FIRST_DAG.file);
  if (first) create(`${paths.dagsDir}/${FIRST_DAG.file}`, FIRST_DAG.text);
  else kept.push(paths.dagsDir);
  noteDataFormat(paths.dataDir, VERSION);
  const logsIn = auth.mode === "builtin";
  const username = logsIn ? auth.builtin.admin.username : "";
  const hasFile = logsIn && auth.builtin.admin.password === "" && !existsSync(`${paths.usersDir}`);
  return {
    made,
    kept,
    dag: (first ? FIRST_DAG.file : others[0]!).replace(/\.[^.]+$/, ""),
    first,
    username,
    passwordFile: hasFile ? oneTimeFile(config, username) : "",
  };
}

function definitionsIn(folder: string): string[] {
  return listFolderSync(folder).filter((name) => !name.startsWith(".") && isDefinitionFile(name)).sort();
}
