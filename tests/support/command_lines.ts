/** Command lines of all processes; the environment of a process is its user's own. */
export function commandLines(): string {
  const lines: string[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      lines.push(Deno.readTextFileSync(`/proc/${name}/cmdline`));
    } catch {
      // It has ended.
    }
  }
  return lines.filter((line) => !line.startsWith("env\0")).join("\n");
}
