/**
 * A case of `tests/specs`: a folder with a shell script `cmd` that calls `dagu`, what it must print (`stdout`,
 * `stderr`; nothing when a file is missing), how it must end (`code`; 0 when missing) and further files, which are
 * copied to the folder that the script runs in. Expected texts may hold
 *
 * - `[WILDCARD]`: any text, also over several lines;
 * - `[WORD]`: any text without blanks;
 * - `[DIR]`: the folder of the script.
 */
import { type Ended, programArgs } from "./home.ts";

const EXPECTATIONS = new Set(["cmd", "stdout", "stderr", "code"]);

export interface SpecResult extends Ended {
  /** "" or what differs. */
  readonly difference: string;
}

/** Runs the case in a folder of its own, which is removed afterwards. `kill -9` of the test leaves it. */
export async function runSpec(folder: URL): Promise<SpecResult> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "spec-" }));
  try {
    await Deno.mkdir(`${dir}/bin`);
    await Deno.mkdir(`${dir}/work`);
    await Deno.writeTextFile(`${dir}/bin/dagu`, launcher(), { mode: 0o755 });
    for (const entry of Deno.readDirSync(folder)) {
      if (EXPECTATIONS.has(entry.name)) continue;
      await Deno.copyFile(new URL(entry.name, folder), `${dir}/work/${entry.name}`);
    }
    const got = await runShell(dir, new URL("cmd", folder).pathname);
    const wanted = Number(expected(folder, "code") || "0");
    const differences = [
      got.code === wanted ? "" : `exit code ${got.code}, expected ${wanted}`,
      compare("stdout", got.stdout, expected(folder, "stdout"), `${dir}/work`),
      compare("stderr", got.stderr, expected(folder, "stderr"), `${dir}/work`),
    ];
    return { ...got, difference: differences.filter((one) => one !== "").join("\n") };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Runs a shell in the folder `work` below `dir`. */
export async function runShell(dir: string, ...args: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: [...args],
    cwd: `${dir}/work`,
    clearEnv: true,
    env: environment(dir),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** What stands for `dagu` in the scripts. */
export function launcher(): string {
  const words = programArgs().map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`;
}

/** Variables of a script that runs below `dir`, where `bin/dagu` is the launcher and `work` its folder. */
function environment(dir: string): Record<string, string> {
  const env: Record<string, string> = {
    PATH: `${dir}/bin:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
    HOME: dir,
    SHELL: "/bin/sh",
    TMPDIR: dir,
    TZ: "UTC",
    LANG: "C.UTF-8",
    DAGU_HOME: `${dir}/work/home`,
    DAGU_SKIP_EXAMPLES: "true",
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  };
  const cache = Deno.env.get("DENO_DIR") ??
    `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;
  return { ...env, DENO_DIR: cache };
}

function expected(folder: URL, name: string): string {
  try {
    return Deno.readTextFileSync(new URL(name, folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function compare(name: string, got: string, pattern: string, dir: string): string {
  if (matches(got, pattern, dir)) return "";
  return `${name} differs\n--- expected\n${pattern}--- got\n${got.replaceAll(dir, "[DIR]")}---`;
}

/** Whether a text fits a pattern with the marks above. */
export function matches(text: string, pattern: string, dir: string): boolean {
  const source = pattern.split(/(\[WILDCARD\]|\[WORD\]|\[DIR\])/).map((part) => {
    if (part === "[WILDCARD]") return "[^]*?";
    if (part === "[WORD]") return "\\S+";
    return RegExp.escape(part === "[DIR]" ? dir : part);
  });
  return new RegExp(`^${source.join("")}$`).test(text);
}
