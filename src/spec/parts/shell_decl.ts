/** `shell`: a text that is split into words, or a list. */
import type { Shell } from "../../core/dag.ts";
import type { ObjectValue } from "../decode.ts";
import { toText } from "../yaml/yaml_node.ts";

/** null when the field is absent or empty. */
export function shellDecl(owner: ObjectValue, name: string): Shell | null {
  const value = owner.get(name);
  if (!value) return null;
  const words = value.items
    ? value.items.map((item) => toText(item.node).trim()).filter((word) => word !== "")
    : splitWords(toText(value.node));
  const [program, ...args] = words;
  return program === undefined ? null : { program, args };
}

/** The words of a text; quotes keep blanks together, `${...}` and backticks are left whole. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  const part = /'[^']*'|"(?:\\[^]|[^"\\])*"|\$\{[^}]*\}|`[^`]*`|\\[^]|[^\s]/gy;
  let word = "";
  let open = false;
  for (let at = 0; at < text.length;) {
    part.lastIndex = at;
    const match = part.exec(text);
    if (!match) {
      if (open) words.push(word);
      word = "";
      open = false;
      at++;
      continue;
    }
    open = true;
    word += unquote(match[0]);
    at = part.lastIndex;
  }
  if (open) words.push(word);
  return words;
}

function unquote(part: string): string {
  if (part.length > 1 && part.startsWith("'")) return part.slice(1, -1);
  if (part.length > 1 && part.startsWith('"')) return part.slice(1, -1).replace(/\\(["\\$`])/g, "$1");
  return part.length > 1 && part.startsWith("\\") ? part.slice(1) : part;
}
