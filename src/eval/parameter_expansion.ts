/** The operators of `${NAME<operator>}` that a POSIX shell or bash knows, for texts that no shell reads. */
import { DaguError } from "../core/errors.ts";
import { checkRoom } from "./room.ts";
import { ShellPattern } from "./shell_pattern.ts";

/**
 * The value of `${name<operator>}`. `expand` gives the text of the operator's word.
 * @throws DaguError for `${NAME:?message}` without a value.
 */
export async function applyOperator(
  name: string,
  value: string | undefined,
  operator: string,
  expand: (word: string) => Promise<string>,
): Promise<string | undefined> {
  const colon = operator[0] === ":" && /^:[-=+?]/.test(operator);
  const kind = operator[colon ? 1 : 0];
  const word = operator.slice(colon ? 2 : 1);
  const given = value !== undefined && !(colon && value === "");
  const text = value ?? "";
  switch (kind) {
    case "-":
    case "=":
      return given ? text : await expand(word);
    case "+":
      return given ? await expand(word) : "";
    case "?":
      if (given) return text;
      throw new DaguError(
        `Cannot expand "\${${name}${operator}}": ${await expand(word) || "it has no value"}`,
      );
    case "%":
    case "#": {
      const greedy = word.startsWith(kind);
      const pattern = new ShellPattern(await expand(greedy ? word.slice(1) : word));
      if (kind === "#") return text.slice(Math.max(0, pattern.prefix(text, greedy)));
      const begin = pattern.suffix(text, greedy);
      return begin < 0 ? text : text.slice(0, begin);
    }
    case "/":
      return await replace(text, word, expand);
    case "^":
      return word.startsWith("^") ? text.toUpperCase() : text.slice(0, 1).toUpperCase() + text.slice(1);
    case ",":
      return word.startsWith(",") ? text.toLowerCase() : text.slice(0, 1).toLowerCase() + text.slice(1);
    case ":":
      return slice(text, word);
    default:
      return undefined;
  }
}

function slice(text: string, word: string): string | undefined {
  const match = /^\s*(-?\d+)\s*(?::\s*(-?\d+)\s*)?$/.exec(word);
  if (!match) return undefined;
  const chars = [...text];
  const from = Number(match[1]);
  const start = from < 0 ? Math.max(chars.length + from, 0) : from;
  if (match[2] === undefined) return chars.slice(start).join("");
  const count = Number(match[2]);
  return chars.slice(start, count < 0 ? Math.max(chars.length + count, start) : start + count).join("");
}

async function replace(
  text: string,
  word: string,
  expand: (word: string) => Promise<string>,
): Promise<string> {
  const all = word.startsWith("/");
  const rest = all ? word.slice(1) : word;
  const slash = rest.search(/(?<!\\)\//);
  const pattern = (slash < 0 ? rest : rest.slice(0, slash)).replaceAll("\\/", "/");
  const by = slash < 0 ? "" : await expand(rest.slice(slash + 1));
  if (pattern === "") return text;
  let length = text.length;
  return new ShellPattern(await expand(pattern)).replace(text, all, () => {
    checkRoom(length += by.length, word);
    return by;
  });
}
