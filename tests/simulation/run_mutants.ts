/**
 * Takes away, one after the other, what keeps the guarantees, and looks how many worlds it takes to notice.
 *
 *     deno run -A tests/simulation/run_mutants.ts [--seeds=TO] [NAME ...]
 */
import { type Mutant, MUTANTS } from "./mutants.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const COPIED = ["src", "tests/fakes", "tests/simulation", "tests/assert.ts", "deno.json", "deno.lock"];

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number; said: string }> {
  const { code, stdout } = await new Deno.Command(command, { args: [...args], cwd, stderr: "inherit" })
    .output();
  return { code, said: new TextDecoder().decode(stdout) };
}

/** The first seed that goes wrong, and why; null when none does. */
async function noticedBy({ name, edits }: Mutant, home: string, seeds: number): Promise<string | null> {
  for (const { file, find, put } of edits) {
    const source = Deno.readTextFileSync(`${home}/${file}`);
    if (!source.includes(find)) throw new Error(`${file} has no "${find}"`);
    Deno.writeTextFileSync(`${home}/${file}`, source.replaceAll(find, put));
  }
  try {
    const args = [
      "run",
      "-A",
      "--no-check",
      "tests/simulation/run.ts",
      `--seeds=1-${seeds}`,
      "--jobs=1",
      "--first",
    ];
    const { code, said } = await run(Deno.execPath(), args, home);
    const found = /^seed \d+: .*$/m.exec(said)?.[0] ?? null;
    if (code !== 0 && found === null) throw new Error(`"${name}" cannot be run: edit it anew`);
    return found;
  } finally {
    for (const { file } of edits) Deno.copyFileSync(`${ROOT}${file}`, `${home}/${file}`);
  }
}

const seeds = Number(Deno.args.find((arg) => arg.startsWith("--seeds="))?.slice("--seeds=".length) ?? 2000);
const names = Deno.args.filter((arg) => !arg.startsWith("--"));
const home = Deno.makeTempDirSync({ prefix: "mutants-" });
let missed = 0;
try {
  for (const part of COPIED) {
    Deno.mkdirSync(`${home}/${part}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await run("cp", ["-r", `${ROOT}${part}`, `${home}/${part}`], ROOT);
  }
  for (const mutant of MUTANTS) {
    if (names.length > 0 && !names.some((name) => mutant.name.includes(name))) continue;
    const noticed = await noticedBy(mutant, home, seeds);
    if (noticed === null) missed++;
    console.log(`${mutant.name}\n    ${noticed ?? `not noticed in ${seeds} worlds`}`);
  }
} finally {
  Deno.removeSync(home, { recursive: true });
}
Deno.exit(missed === 0 ? 0 : 1);
