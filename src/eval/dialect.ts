/** Languages that a command or script can be written in, as far as references in it are concerned. */
export type Dialect = "posix" | "fish" | "powershell" | "cmd" | "other";

const POSIX = new Set(["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "busybox", "nix-shell"]);

/** The dialect that a program of this name or path reads; "" is the default shell. */
export function dialectOf(program: string): Dialect {
  const name = baseName(program);
  if (name === "" || POSIX.has(name)) return "posix";
  if (name === "fish") return "fish";
  if (name === "pwsh" || name === "powershell") return "powershell";
  return name === "cmd" ? "cmd" : "other";
}

/** Last part of a path, without `.exe`. */
export function baseName(program: string): string {
  const name = program.slice(Math.max(program.lastIndexOf("/"), program.lastIndexOf("\\")) + 1);
  return name.toLowerCase().endsWith(".exe") ? name.slice(0, -4).toLowerCase() : name;
}

export function isPosixShell(program: string): boolean {
  const name = baseName(program);
  return POSIX.has(name) && name !== "busybox" && name !== "nix-shell";
}
