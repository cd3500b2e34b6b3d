/** Evaluates the texts that no shell reads: values of `env`, defaults of `params`, configurations, paths, conditions. */
import type { EnvEntry, Shell } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import type { Commands } from "../ports/commands.ts";
import type { Variables } from "../ports/executor.ts";
import { fitEnvironment } from "./environment.ts";
import { applyOperator } from "./parameter_expansion.ts";
import { closingBacktick, readReference, type Reference } from "./reference.ts";
import { checkRoom } from "./room.ts";
import { Scope } from "./scope.ts";
import { dialectOf, prepareShellText } from "./shell_text.ts";

export interface TextOptions {
  /** Runs what stands between backticks; without it backticks stay in the text. */
  readonly commands?: Commands;
  /** For backticks; default `sh`. */
  readonly shell?: Shell;
  /** Working folder of backticks; "" or absent means the current one. */
  readonly cwd?: string;
  /**
   * The complete environment of the host: where names are looked up that `variables` does not know, and what
   * backticks get. With it unknown names become empty; without it they stay in the text.
   */
  readonly os?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Replaces the references of a text in one pass; what was put in is never looked at again.
 * `"${X}"` with exactly these quotes becomes a JSON string.
 * @throws DaguError when a command between backticks fails, `${X:?}` has no value, or the text becomes too long.
 */
export async function expandText(
  text: string,
  variables: Variables,
  options: TextOptions = {},
): Promise<string> {
  if (options.os?.HOME && /^~(?:\/|$)/.test(text)) {
    return options.os.HOME + await expand(text.slice(1), variables, options);
  }
  return await expand(text, variables, options);
}

/**
 * Evaluates entries in order. Each may refer to what `variables` knows, to earlier entries and to the environment of
 * the host, in this order: an entry `A` does not hide a variable `A` from the entries after it.
 */
export async function evaluateEnv(
  entries: readonly EnvEntry[],
  variables: Variables,
  options: TextOptions = {},
): Promise<EnvEntry[]> {
  const earlier = new Map<string, string>();
  const own = new Scope({ dagEnv: earlier });
  const known: Variables = {
    get: (name) => variables.get(name) ?? own.get(name),
    path: (name, path) => variables.path(name, path) ?? own.path(name, path),
  };
  const result: EnvEntry[] = [];
  let length = 0;
  for (const entry of entries) {
    const value = await expandText(entry.value, known, options);
    checkRoom(length += value.length, entry.value);
    if (value.includes("\0")) {
      throw new DaguError(`Cannot set the variable "${entry.name}": its value holds a NUL byte`);
    }
    earlier.set(entry.name, value);
    result.push({ name: entry.name, value });
  }
  return result;
}

async function expand(text: string, variables: Variables, options: TextOptions): Promise<string> {
  let result = "";
  let at = 0;
  const special = /[$`"\\]/g;
  while (at < text.length) {
    special.lastIndex = at;
    const next = special.exec(text)?.index ?? text.length;
    result += text.slice(at, next);
    if (next === text.length) break;
    const piece = await expandPiece(text, next, variables, options);
    result += piece.value;
    checkRoom(result.length, text);
    at = piece.end;
  }
  return result;
}

interface Piece {
  readonly value: string;
  readonly end: number;
}

async function expandPiece(
  text: string,
  at: number,
  variables: Variables,
  options: TextOptions,
): Promise<Piece> {
  const itself = { value: text[at], end: at + 1 };
  switch (text[at]) {
    case "\\":
      return text[at + 1] === "$" || text[at + 1] === "`"
        ? { value: text.slice(at, at + 2), end: at + 2 }
        : itself;
    case '"':
      return quotedReference(text, at, variables, options) ?? itself;
    case "`": {
      const close = options.commands ? closingBacktick(text, at) : -1;
      if (close < 0 || !options.commands) return itself;
      const command = text.slice(at + 1, close).replaceAll("\\`", "`");
      return { value: await substitute(command, options.commands, variables, options), end: close + 1 };
    }
    default: {
      const reference = readReference(text, at);
      return (reference && await resolve(reference, variables, options)) ?? itself;
    }
  }
}

/** `"${X}"` and `"${X.path}"` become JSON strings, so that they stay one string in the JSON around them. */
function quotedReference(text: string, at: number, variables: Variables, options: TextOptions): Piece | null {
  const reference = text.startsWith("${", at + 1) ? readReference(text, at + 1) : null;
  if (!reference || text[reference.end] !== '"' || reference.operator !== "" || reference.length) return null;
  const { name, path } = reference;
  const value = path === "" ? lookup(name, variables, options) : variables.path(name, path);
  return value === undefined ? null : { value: JSON.stringify(value), end: reference.end + 1 };
}

function lookup(name: string, variables: Variables, options: TextOptions): string | undefined {
  const value = variables.get(name);
  if (value !== undefined || !options.os || !Object.hasOwn(options.os, name)) return value;
  return options.os[name];
}

/** null leaves the text as it is. */
async function resolve(
  reference: Reference,
  variables: Variables,
  options: TextOptions,
): Promise<Piece | null> {
  const { name, path, operator, braced } = reference;
  const unknown = options.os ? "" : undefined;
  let { end } = reference;
  let value: string | undefined;
  if (path !== "") {
    value = variables.path(name, path);
    if (braced) {
      value ??= unknown;
      return value === undefined ? null : { value, end };
    }
    if (value) return { value, end };
    end -= path.length + 1;
  }
  value = lookup(name, variables, options);
  if (reference.length) value = value === undefined ? (options.os && "0") : String([...value].length);
  else if (operator !== "" && (value !== undefined || options.os)) {
    value = await applyOperator(name, value, operator, (word) => expand(word, variables, options));
    if (value === undefined) return null;
  }
  value ??= unknown;
  return value === undefined ? null : { value, end };
}

async function substitute(
  command: string,
  commands: Commands,
  variables: Variables,
  options: TextOptions,
): Promise<string> {
  const program = options.shell?.program || "sh";
  const prepared = prepareShellText(command, variables, dialectOf(program));
  const env = { ...options.os };
  for (const name of prepared.uses) env[name] = variables.get(name) ?? "";
  const result = await commands.run({
    program,
    args: [...(options.shell?.args ?? []), "-c", prepared.text],
    env: fitEnvironment(Object.entries({ ...env, ...prepared.env })).env,
    cwd: options.cwd ?? "",
    signal: options.signal,
  });
  if (result.exitCode === 0) return result.stdout.trim();
  const stderr = result.stderr.trim();
  throw new DaguError(
    `Failed to evaluate command "${command}": exit status ${result.exitCode}${
      stderr && `: ${stderr.slice(-1024)}`
    }`,
  );
}
