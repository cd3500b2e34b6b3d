/** The folder in which this process was started. */
export function currentDir(): string {
  return Deno.cwd();
}
