/** References in texts that no POSIX shell reads: fish, PowerShell, and scripts of other languages. */
import { readReference, type Reference } from "./reference.ts";
import type { PreparedText, ShellVariables } from "./prepared_text.ts";

/**
 * Puts values into a text, for languages that have no variables of the environment in their strings, and to show a
 * command as it is run. `"${X}"` with exactly these quotes becomes a JSON string; what touches a single quote stays.
 */
export function replaceText(text: string, variables: ShellVariables): string {
  let result = "";
  let done = 0;
  for (const { start, reference } of referencesOf(text)) {
    if (start < done || reference.operator !== "" || reference.length) continue;
    const { value, end } = valueOf(reference, variables);
    if (value === undefined) continue;
    if (reference.path === "" && touchesQuote(text, start, end)) continue;
    const quoted = reference.braced && text[start - 1] === '"' && text[end] === '"';
    result += text.slice(done, start) + (quoted ? JSON.stringify(value).slice(1, -1) : value);
    done = end;
  }
  return result + text.slice(done);
}

/** `'${X}'`, `'a ${X}'`, `'${X} b'`: references that are protected by the single quote beside them. */
export function touchesQuote(text: string, start: number, end: number): boolean {
  return text[start - 1] === "'" || text[end] === "'";
}

function* referencesOf(text: string): Iterable<{ start: number; reference: Reference }> {
  let at = text.indexOf("$");
  while (at >= 0) {
    const reference = readReference(text, at);
    if (reference) yield { start: at, reference };
    at = text.indexOf("$", reference ? reference.end : at + 1);
  }
}

/** Value for textual replacement, and the end of what it stands for. */
function valueOf(
  reference: Reference,
  variables: ShellVariables,
): { value: string | undefined; end: number } {
  const { name, path, end } = reference;
  if (path !== "") {
    const value = variables.path(name, path);
    if (reference.braced || value) return { value, end };
  }
  const own = variables.splices?.(name) ?? true;
  return { value: own ? variables.get(name) : undefined, end: path === "" ? end : end - path.length - 1 };
}

type Quoting = "open" | "double" | "single";

/** How a language writes its strings and variables. */
interface Language {
  readonly escape: string;
  /** A quote that is doubled stands for itself. */
  readonly doubled: boolean;
  /** The text that stands for an environment variable. */
  variable(name: string, quoting: "open" | "double"): string;
  /** The same between single quotes, or null to put the value there. */
  single(name: string, value: string): { text: string; uses: boolean };
  /** Whether `$NAME` and `${NAME}` mean the environment already. */
  isNative(reference: Reference): boolean;
}

const FISH: Language = {
  escape: "\\",
  doubled: false,
  variable: (name, quoting) => quoting === "open" ? `"$${name}"` : `""$${name}""`,
  single: (name) => ({ text: `'"$${name}"'`, uses: true }),
  isNative: (reference) => !reference.braced && !/^\d/.test(reference.name),
};

const POWERSHELL: Language = {
  escape: "`",
  doubled: true,
  variable: (name) => `\${env:${name}}`,
  single: (_name, value) => ({ text: value.replaceAll("'", "''"), uses: false }),
  isNative: () => false,
};

export function prepareFish(text: string, variables: ShellVariables): PreparedText {
  return prepare(text, variables, FISH);
}

export function preparePowershell(text: string, variables: ShellVariables): PreparedText {
  return prepare(text, variables, POWERSHELL);
}

function prepare(text: string, variables: ShellVariables, language: Language): PreparedText {
  const env: Record<string, string> = {};
  const uses = new Set<string>();
  const names = new Map<string, string>();
  /** The variable that holds what a reference stands for. */
  const nameOf = (reference: Reference, value: string, path: boolean): string => {
    if (!path && !/^\d/.test(reference.name)) {
      uses.add(reference.name);
      return reference.name;
    }
    const key = path ? `${reference.name}.${reference.path}` : reference.name;
    const name = names.get(key) ?? (path ? `DAGU_REF_${names.size + 1}` : `DAGU_PARAM_${key}`);
    names.set(key, name);
    env[name] = value;
    return name;
  };
  const assigned = new Set([...text.matchAll(/\$(\w+)\s*=/g)].map((match) => match[1]));
  let result = "";
  let quoting: Quoting = "open";
  for (let at = 0; at < text.length;) {
    const char = text[at];
    if (char === language.escape && (quoting !== "single" || !language.doubled)) {
      result += text.slice(at, at + 2);
      at += 2;
      continue;
    }
    if (char === "#" && quoting === "open" && /^\s?$/.test(text[at - 1] ?? "")) {
      const newline = text.indexOf("\n", at);
      const end = newline < 0 ? text.length : newline;
      result += text.slice(at, end);
      at = end;
      continue;
    }
    if ((char === '"' && quoting !== "single") || (char === "'" && quoting !== "double")) {
      const kind = char === '"' ? "double" : "single";
      quoting = quoting === kind ? "open" : kind;
    }
    const reference = char === "$" ? readReference(text, at) : null;
    const edit = reference && reference.operator === "" && !reference.length ? use(reference, at) : null;
    result += edit?.text ?? char;
    at = edit?.end ?? at + 1;
  }
  return { text: result, env, uses: [...uses] };

  function use(reference: Reference, at: number): { text: string; end: number } | null {
    let { end } = reference;
    let path = reference.path !== "";
    let value = path ? variables.path(reference.name, reference.path) : undefined;
    if (path && !value && !reference.braced) {
      end -= reference.path.length + 1;
      path = false;
    }
    if (!path) value = variables.get(reference.name);
    if (value === undefined || assigned.has(reference.name)) return null;
    if (quoting === "single") {
      const kept = touchesQuote(text, at, end);
      const own = variables.splices?.(reference.name) ?? true;
      if (/^\d/.test(reference.name) || (!path && (kept || !own))) return null;
      const single = language.single(nameOf(reference, value, path), value);
      return { text: single.text, end };
    }
    if (!path && language.isNative(reference)) {
      uses.add(reference.name);
      return null;
    }
    return { text: language.variable(nameOf(reference, value, path), quoting), end };
  }
}
