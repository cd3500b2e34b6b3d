/** `exec`: one command as a DAG of one step. */
import { currentDir } from "../../platform/folders/current_dir.ts";
import { resolveSnapshot } from "../../agent/snapshot.ts";
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { quoteWord } from "../../core/text/quote_word.ts";
import { readTextIfExists, statIfExistsSync } from "../../platform/files/files.ts";
import { basename, resolve } from "../../platform/files/path.ts";
import { loadDag } from "../../spec/load.ts";
import type { ExecOptions, RunEnd } from "../app.ts";
import { openServices } from "../services.ts";
import { startSnapshot } from "./start_run.ts";

export async function execRun(config: Config, options: ExecOptions): Promise<RunEnd> {
  const services = openServices(config);
  const cwd = currentDir();
  const workingDir = options.workingDir === "" ? cwd : resolve(cwd, options.workingDir);
  if (options.workingDir !== "" && !statIfExistsSync(workingDir)?.isDirectory) {
    throw new DaguError(`Cannot run in "${workingDir}": there is no such folder`);
  }
  const dotenv = options.dotenv.map((path) => resolve(cwd, path));
  for (const path of dotenv) {
    if (await readTextIfExists(path) === null) {
      throw new DaguError(`Cannot read the dotenv file "${path}": no such file`);
    }
  }
  const [program, ...args] = options.command;
  const name = options.name ||
    `exec-${basename(program!)}`.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 40);
  const shell = options.shell === "" ? {} : { shell: options.shell };
  // One argument is a whole command line; several are a program and its arguments, as they stand.
  const step = args.length === 0
    ? { name: "main", ...shell, command: program }
    : options.shell === ""
    ? { name: "main", exec: { command: program, args } }
    : { name: "main", ...shell, command: options.command.map(shellWord).join(" ") };
  const definition = {
    name,
    workingDir: literal(workingDir),
    maxActiveRuns: -1,
    env: options.env.map(literalEntry),
    ...(dotenv.length > 0 ? { dotenv } : {}),
    workerSelector: options.workerLabels,
    steps: [step],
  };
  const basePath = options.base === "" ? config.paths.baseConfig : resolve(cwd, options.base);
  const baseText = await readTextIfExists(basePath);
  if (baseText === null && options.base !== "") {
    throw new DaguError(`Cannot read the base file "${basePath}": no such file`);
  }
  // JSON is YAML: the definition takes the way of every other one.
  const dag = loadDag({
    text: JSON.stringify(definition),
    file: "",
    base: baseText === null ? null : { text: baseText, file: basePath },
  });
  const { ports, close } = services.agent("local");
  try {
    const snapshot = await resolveSnapshot({ dag, params: null, defaultWorkingDir: "", cwd }, ports);
    return await startSnapshot(services, ports, snapshot, {
      runId: options.runId,
      observer: options.observer,
    });
  } finally {
    await close();
  }
}

/** A word for the shell: operators and references keep their meaning, blanks and quotes stay in the word. */
function shellWord(word: string): string {
  return /[\s'"\\]/.test(word) || word === "" ? quoteWord(word) : word;
}

function literalEntry(entry: string): string {
  const at = entry.indexOf("=");
  if (at <= 0) throw new DaguError(`Cannot use "${entry}" as a variable: NAME=VALUE is needed`);
  return `${entry.slice(0, at)}=${literal(entry.slice(at + 1))}`;
}

/** A text from the command line is no template: what would be evaluated is escaped. */
function literal(text: string): string {
  return text.replace(/[$`]/g, "\\$&");
}
