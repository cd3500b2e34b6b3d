/** `import dagu-home`: takes over what a person wrote for Dagu. The source is only read. */
import type { Remark } from "../../builder/moving_in/foreign_job.ts";
import type { Config } from "../../config/config.ts";
import { findLayout, type Layout } from "../../config/layout.ts";
import { unknownKeys } from "../../config/unknown_keys.ts";
import { type ConfigFile, resolveConfig } from "../../config/resolve.ts";
import { parseConfigFile } from "../../config/yaml_file.ts";
import { DaguError, formatIssue, messageOf } from "../../core/errors.ts";
import {
  createFileSync,
  ensureDirSync,
  existsSync,
  readTailSync,
  statIfExistsSync,
} from "../../platform/files/files.ts";
import { isFolder, listFolderSync } from "../../platform/folders/list_folder.ts";
import { osEnv } from "../../platform/os_env.ts";
import { dirname, isInside } from "../../platform/files/path.ts";
import { checkDag } from "../../spec/load.ts";
import { readSource } from "./sources.ts";

export interface ImportedHome {
  /** Files, absolute. */
  readonly copied: readonly { readonly from: string; readonly to: string }[];
  /** Files that differ from those of the source, and stay as they are. */
  readonly kept: readonly string[];
  /** What is different here, with its place. */
  readonly remarks: readonly Remark[];
  /** What cannot be used here. */
  readonly problems: readonly Remark[];
}

const MAX_FILES = 10_000;
const MAX_BYTES = 10 << 20;
const MAX_DEPTH = 8;
const SKIPPED = new Set([".git", ".examples-created"]);

export function importDaguHome(config: Config, source: string, dryRun: boolean): ImportedHome {
  const { layout, files, problems } = settingsOf(source);
  const own = resolved(layout, files, problems);
  const base = existsSync(own.baseConfig) ? readSource(own.baseConfig) : null;
  const copied: { from: string; to: string }[] = [];
  const kept: string[] = [];
  const remarks: Remark[] = [];
  const copy = (from: string, to: string) => {
    const outcome = copyFile(from, to, dryRun);
    if (outcome === "copied") copied.push({ from, to });
    else if (outcome === "kept") kept.push(to);
  };
  for (const file of files) {
    copy(
      file.path,
      `${dirname(config.layout.configFile)}/${file.path.slice(file.path.lastIndexOf("/") + 1)}`,
    );
    remarks.push(
      ...unknownKeys(file).map(({ key, place }) => ({
        place,
        message: `the setting ${key} is not known here and does nothing`,
      })),
    );
    remarks.push(...foldersThatStay(file, source));
  }
  if (base !== null) copy(own.baseConfig, config.paths.baseConfig);
  for (const path of filesBelow(own.dagsDir)) {
    copy(`${own.dagsDir}/${path}`, `${config.paths.dagsDir}/${path}`);
    if (/\.ya?ml$/.test(path)) {
      problems.push(
        ...problemsOf(`${own.dagsDir}/${path}`, base === null ? null : { file: own.baseConfig, text: base }),
      );
    }
  }
  for (const path of filesBelow(own.suspendFlagsDir)) {
    copy(`${own.suspendFlagsDir}/${path}`, `${config.paths.suspendFlagsDir}/${path}`);
  }
  if (isFolder(own.dagRunsDir)) remarks.push(historyStays(own.dagRunsDir, config.paths.dagRunsDir));
  return { copied, kept, remarks, problems };
}

interface Settings {
  readonly layout: Layout;
  readonly files: readonly ConfigFile[];
  readonly problems: Remark[];
}

function settingsOf(source: string): Settings {
  if (!isFolder(source)) throw new DaguError(`Cannot import "${source}": expected the home folder of a Dagu`);
  const layout = findLayout({
    flag: source,
    env: {},
    userHome: "",
    cwd: source,
    legacyHomeExists: () => false,
  });
  const problems: Remark[] = [];
  const files = ["config.yaml", "admin.yaml"].flatMap((name): ConfigFile[] => {
    const path = `${layout.home}/${name}`;
    if (!statIfExistsSync(path)) return [];
    try {
      return [{ path, ...parseConfigFile(path, readSource(path)) }];
    } catch (error) {
      problems.push({ place: path, message: messageOf(error) });
      return [];
    }
  });
  const any = files.length > 0 || isFolder(layout.dagsDir) || isFolder(layout.dataDir);
  if (!any) throw new DaguError(`Cannot import "${source}": it has neither config.yaml nor dags nor data`);
  return { layout, files, problems };
}

/** Folders of the source, by its own settings; by the defaults when these cannot be used. */
function resolved(layout: Layout, files: readonly ConfigFile[], problems: Remark[]): Config["paths"] {
  const env = osEnv();
  const input = {
    layout,
    flags: {},
    scopes: [],
    warnings: [],
    env: {},
    userHome: env.HOME ?? "",
    cwd: layout.home,
  };
  try {
    return resolveConfig({ ...input, files }).paths;
  } catch (error) {
    problems.push({ place: files[0]!.path, message: messageOf(error) });
    return resolveConfig({ ...input, files: [] }).paths;
  }
}

/** Settings that lead back into the source. */
function foldersThatStay(file: ConfigFile, source: string): Remark[] {
  return Object.entries(file.places).flatMap(([key, at]): Remark[] => {
    let value: unknown = file.values;
    for (const part of key.split(".")) {
      const map = (value ?? {}) as Record<string, unknown>;
      value = map[Object.keys(map).find((name) => name.toLowerCase() === part) ?? ""];
    }
    if (typeof value !== "string" || !value.startsWith("/") || !isInside(source, value)) return [];
    return [{ place: `${file.path}:${at}`, message: `"${value}" still leads into the source: change it` }];
  });
}

function problemsOf(file: string, base: { file: string; text: string } | null): Remark[] {
  const { issues } = checkDag({ text: readSource(file), file, base });
  return issues.map((issue) => ({
    place: issue.position ? `${issue.position.file}:${issue.position.line}:${issue.position.column}` : file,
    message: formatIssue({ ...issue, position: null }),
  }));
}

function historyStays(from: string, to: string): Remark {
  return {
    place: from,
    message: `the history stays there; while nothing runs it may be copied into ${to}, both programs read it`,
  };
}

function filesBelow(folder: string, depth = 0): string[] {
  const found = listFolderSync(folder).filter((name) => !SKIPPED.has(name)).sort().flatMap((name) => {
    const info = statIfExistsSync(`${folder}/${name}`);
    if (info?.isFile) return [name];
    if (!info?.isDirectory || depth === MAX_DEPTH) return [];
    return filesBelow(`${folder}/${name}`, depth + 1).map((path) => `${name}/${path}`);
  });
  if (found.length > MAX_FILES) {
    throw new DaguError(`Cannot import "${folder}": it has more than ${MAX_FILES} files`);
  }
  return found;
}

function copyFile(from: string, to: string, dryRun: boolean): "copied" | "kept" | "same" {
  const bytes = readTailSync(from, MAX_BYTES + 1);
  if (bytes.length > MAX_BYTES) {
    throw new DaguError(`Cannot import "${from}": it has more than ${MAX_BYTES} bytes`);
  }
  if (existsSync(to)) {
    const there = readTailSync(to, MAX_BYTES + 1);
    return there.length === bytes.length && there.every((byte, at) => byte === bytes[at]) ? "same" : "kept";
  }
  if (dryRun) return "copied";
  ensureDirSync(dirname(to));
  const executable = ((statIfExistsSync(from)?.mode ?? 0) & 0o100) !== 0;
  return createFileSync(to, bytes, executable ? 0o700 : 0o600) ? "copied" : "kept";
}
