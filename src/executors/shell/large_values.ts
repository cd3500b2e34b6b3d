/** Lets a text read values from files that are too large for an environment. */
import { quoteWord } from "../../core/text/quote_word.ts";
import type { Dialect } from "../../eval/dialect.ts";

/**
 * Code to put in front of a text, on the same line, that sets each variable to the content of its file without
 * exporting it: what cannot be in the environment of one process cannot be in that of its children.
 * "" for languages that have no such code.
 */
export function loadingCode(dialect: Dialect, files: Readonly<Record<string, string>>): string {
  const names = Object.keys(files).filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return names.map((name) => loadOne(dialect, name, files[name])).join("");
}

function loadOne(dialect: Dialect, name: string, file: string): string {
  switch (dialect) {
    case "posix":
      // The dot keeps newlines at the end, which a command substitution would drop.
      return `${name}=$(cat ${quoteWord(file)}; printf .); ${name}=\${${name}%.}; `;
    case "fish":
      return `set ${name} (cat '${file.replace(/[\\']/g, "\\$&")}' | string collect -N); `;
    case "powershell":
      return `$env:${name} = [IO.File]::ReadAllText('${file.replaceAll("'", "''")}'); `;
    default:
      return "";
  }
}

/** Puts code in front of a text, behind the line that names an interpreter. */
export function prepend(code: string, text: string): string {
  if (code === "" || !text.startsWith("#!")) return code + text;
  const line = text.indexOf("\n") + 1;
  return line === 0 ? text : text.slice(0, line) + code + text.slice(line);
}
