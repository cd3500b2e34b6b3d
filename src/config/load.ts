/** Reads the configuration of this process. */
import { DaguError, messageOf } from "../core/errors.ts";
import { readTextIfExistsSync, statIfExistsSync } from "../platform/files/files.ts";
import { isBundled } from "../platform/bundle/bundled.ts";
import { resolve } from "../platform/files/path.ts";
import type { UnknownKey } from "./unknown_keys.ts";
import { TextCache } from "../platform/files/text_cache.ts";
import type { Config } from "./config.ts";
import type { Scope } from "./key_spec.ts";
import { expandPath, findLayout } from "./layout.ts";
import {
  type ConfigContent,
  type ConfigFile,
  type Origin,
  originsOf,
  resolveConfig,
  type ResolveInput,
} from "./resolve.ts";

export interface LoadConfigInput {
  /** Value of `--config`, "" when not given. */
  readonly configFile: string;
  /** Value of `--dagu-home`, "" when not given. */
  readonly daguHome: string;
  /** Values of further flags by the key that they set, e.g. `port`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Sections whose values must be right; others may hold values out of range. */
  readonly scopes: readonly Scope[];
}

/**
 * Flags, environment, `config.yaml` (and an `admin.yaml` beside it) and defaults as one object. Without a file this
 * costs two failed opens.
 * @throws DaguError "Initialization error: …" with file, line, column, key and value of each mistake.
 */
export async function loadConfig(input: LoadConfigInput): Promise<Config> {
  return resolveConfig(await gather(input));
}

/** Where the values of {@link loadConfig} come from, and what is given that no key takes. */
export interface Sources {
  readonly origins: readonly Origin[];
  readonly unknown: readonly UnknownKey[];
}

export async function loadSources(input: LoadConfigInput): Promise<Sources> {
  const gathered = await gather(input);
  const { unknownKeys, unknownVariables } = await import("./unknown_keys.ts");
  const unknown = [...gathered.files.flatMap(unknownKeys), ...unknownVariables(gathered.env)];
  return { origins: originsOf(gathered), unknown };
}

async function gather(input: LoadConfigInput): Promise<ResolveInput> {
  const { env, cwd } = input;
  const userHome = env["HOME"] ?? "";
  const { legacy, ...layout } = findLayout({
    flag: input.daguHome,
    env,
    userHome,
    cwd,
    legacyHomeExists: () => statIfExistsSync(`${userHome}/.dagu`)?.isDirectory === true,
  });
  const given = input.configFile === "" ? "" : resolve(cwd, expandPath(input.configFile, env, userHome));
  const main = given || layout.configFile;
  const admin = `${main.slice(0, main.lastIndexOf("/"))}/admin.yaml`;
  const files: ConfigFile[] = [];
  for (const path of main === admin ? [main] : [main, admin]) {
    const text = read(path);
    if (text === null && path === given) {
      throw new DaguError(
        `Initialization error: Cannot read the configuration file "${given}": no such file`,
      );
    }
    if (text !== null) files.push({ path, ...await parsed(path, text, layout.dataDir) });
  }
  const warnings = legacy
    ? [`Files are kept in ${layout.home}, an old place: move it and set DAGU_HOME, or remove it`]
    : [];
  return { layout, flags: input.flags, files, scopes: input.scopes, warnings, env, userHome, cwd };
}

async function parsed(path: string, text: string, dataDir: string): Promise<ConfigContent> {
  // Sources may change from one call to the next, and with them what a text means.
  const cache = isBundled() ? new TextCache(`${dataDir}/cache`) : null;
  const entry = path.slice(path.lastIndexOf("/") + 1) + ".json";
  const kept = cache?.read(entry, [path, text]);
  if (kept !== undefined) return kept as ConfigContent;
  const content = (await import("./yaml_file.ts")).parseConfigFile(path, text);
  cache?.write(entry, [path, text], content);
  return content;
}

function read(path: string): string | null {
  try {
    return readTextIfExistsSync(path);
  } catch (error) {
    throw new DaguError(
      `Initialization error: Cannot read the configuration file "${path}": ${messageOf(error)}`,
    );
  }
}
