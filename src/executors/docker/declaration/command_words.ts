/** Turns the commands of a step into programs and arguments, and says which variables they expect. */
import type { Command } from "../../../core/dag.ts";
import { dialectOf } from "../../../eval/dialect.ts";
import { replaceText } from "../../../eval/foreign_text.ts";
import { prepareShellText } from "../../../eval/shell_text.ts";
import { wordParts } from "../../../eval/words.ts";
import type { StepTask } from "../../../ports/executor.ts";
import type { Words } from "../request.ts";

/** Programs that run the program that their arguments name. */
const WRAPPERS =
  /^(?:.*\/)?(?:env|sudo|doas|nice|nohup|timeout|time|busybox|setsid|stdbuf|gosu|su-exec|tini|dumb-init)$/;

export interface CommandWords {
  readonly words: Words;
  /** Variables that a shell among the words is to find in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Splits a command by the quoting rules of a shell; no shell runs it. What a shell among the words will read (`sh -c
 * "…"`) refers to values instead of holding them, so that no value becomes a part of its text.
 * @throws DaguError when a command between backticks fails.
 */
export async function commandWords(command: Command, task: StepTask): Promise<CommandWords> {
  if (command.args !== null) return { words: [command.text, ...command.args], env: {} };
  const parts = wordParts(command.text.trim());
  const raw = parts.map((word) => word.map((part) => part.text).join(""));
  const script = scriptIndex(raw);
  const env: Record<string, string> = {};
  const words: string[] = [];
  for (const [index, word] of parts.entries()) {
    if (index === script.at) {
      const prepared = prepareShellText(raw[index]!, task.variables, dialectOf(script.shell));
      Object.assign(env, prepared.env);
      for (const name of prepared.uses) {
        const value = task.variables.get(name);
        if (value !== undefined && name !== "PWD") env[name] = value;
      }
      words.push(prepared.text);
      continue;
    }
    let text = "";
    for (const part of word) {
      text += part.literal ? replaceText(part.text, task.variables) : await task.evaluate(part.text);
    }
    words.push(text);
  }
  return { words, env };
}

/** Where the text stands that a shell will read; -1 when there is none. */
function scriptIndex(words: readonly string[]): { readonly at: number; readonly shell: string } {
  const none = { at: -1, shell: "" };
  const first = words[0] ?? "";
  const from = words.findIndex((word) => word !== "" && !isBusybox(word) && dialectOf(word) !== "other");
  if (from < 0 || from > 0 && !WRAPPERS.test(first)) return none;
  for (let at = from + 1; at < words.length; at++) {
    const word = words[at]!;
    if (/^-[a-zA-Z]*c$|^-Command$/.test(word)) {
      return at + 1 < words.length ? { at: at + 1, shell: words[from]! } : none;
    }
    if (!word.startsWith("-") && !word.startsWith("+")) return none;
  }
  return none;
}

/** Its name stands before that of the shell: `busybox sh -c`. */
function isBusybox(word: string): boolean {
  return word === "busybox" || word.endsWith("/busybox");
}
