/** Runs one command to its end under the accounting of the operating system. */

export interface Measured {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** MiB of the largest single process. */
  readonly peak: number;
  /** MiB written to the file system. */
  readonly written: number;
}

export const METRICS = ["wall", "cpu", "peak", "written"] as const;
export type Metric = (typeof METRICS)[number];

const MIB = 1024 * 1024;

/**
 * `argv` runs in `cwd` with exactly `env`. Needs python3, whose `wait4` gives the figures of one finished child.
 * Throws with the end of its output when the command fails.
 */
export async function measure(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  const output = `${cwd}/output.txt`;
  const script = new URL("./measure.py", import.meta.url).pathname;
  const child = await new Deno.Command("python3", {
    args: [script, output, ...argv],
    cwd,
    env: { ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!child.success) throw new Error(`measure.py ended with ${child.code}`);
  const found = JSON.parse(new TextDecoder().decode(child.stdout)) as Measured & { code: number };
  if (found.code !== 0) {
    const said = (await Deno.readTextFile(output)).slice(-2000);
    throw new Error(`${argv.join(" ")} ended with ${found.code}\n${said}`);
  }
  return { wall: found.wall, cpu: found.cpu, peak: found.peak, written: found.written / MIB };
}
