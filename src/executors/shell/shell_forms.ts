/** How each shell takes a command text or a script file as arguments. */
import type { Shell } from "../../core/dag.ts";
import { quoteWord } from "../../core/text/quote_word.ts";
import { baseName, isPosixShell } from "../../eval/dialect.ts";

export type ShellKind = "posix" | "powershell" | "cmd" | "nix" | "direct" | "other";

export function shellKind(program: string): ShellKind {
  const name = baseName(program);
  if (name === "" || isPosixShell(program)) return "posix";
  if (name === "direct") return "direct";
  if (name === "nix-shell") return "nix";
  if (name === "pwsh" || name === "powershell") return "powershell";
  return name === "cmd" ? "cmd" : "other";
}

/** What a form needs besides the shell. */
export interface FormOptions {
  /** For nix-shell: packages, and the variables that its empty environment is to keep. */
  readonly packages: readonly string[];
  readonly keep: readonly string[];
}

/** Arguments that make a shell run a text. */
export function textArguments(shell: Shell, text: string, options: FormOptions): string[] {
  switch (shellKind(shell.program)) {
    case "powershell":
      return [...withPowershellDefaults(shell.args), "-Command", text];
    case "cmd":
      return [...shell.args, "/c", text];
    case "nix":
      return [...nixArguments(shell.args, options), "--run", text];
    default:
      // A shell that was given as `bash -c` means the same as `bash`.
      return shell.args.at(-1) === "-c" ? [...shell.args, text] : [...shell.args, "-c", text];
  }
}

/** Arguments that make a shell run a file. */
export function fileArguments(shell: Shell, file: string, options: FormOptions): string[] {
  switch (shellKind(shell.program)) {
    case "powershell":
      return [...withPowershellDefaults(shell.args), "-ExecutionPolicy", "Bypass", "-File", file];
    case "cmd":
      return [...shell.args, "/c", file];
    case "nix":
      return [...nixArguments(shell.args, options), "--run", `bash ${quoteWord(file)}`];
    default:
      return [...shell.args.filter((arg) => arg !== "-c"), file];
  }
}

/** Ending of script files, for programs that choose by it. */
export function scriptEnding(kind: ShellKind): string {
  switch (kind) {
    case "powershell":
      return ".ps1";
    case "cmd":
      return ".bat";
    case "posix":
      return ".sh";
    default:
      return "";
  }
}

/** What a script of that kind must begin with to stop at the first error, as `-e` does for others. */
export function scriptHead(kind: ShellKind): string {
  if (kind !== "powershell") return "";
  return "$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true\n";
}

function withPowershellDefaults(args: readonly string[]): string[] {
  const given = new Set(args.map((arg) => arg.toLowerCase()));
  const defaults = ["-NoProfile", "-NonInteractive"].filter((arg) => !given.has(arg.toLowerCase()));
  return [...args, ...defaults];
}

function nixArguments(args: readonly string[], options: FormOptions): string[] {
  const pure = args.includes("--pure") || args.includes("--impure") ? [] : ["--pure"];
  return [
    ...args,
    ...options.packages.flatMap((name) => ["-p", name]),
    ...pure,
    ...options.keep.flatMap((name) => ["--keep", name]),
  ];
}
