/**
 * Runs all tests: those of the pure layers with no permission at all, the others with every one. The last line
 * is `N passed, N failed, N skipped`.
 *
 *     deno run -A tests/run.ts [--filter TEXT] [--check] [--parallel] [path ...]
 */
import { ensurePeer } from "./support/peer.ts";

interface Group {
  readonly title: string;
  readonly flags: readonly string[];
  readonly paths: readonly string[];
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly output: string;
}

const ROOT = new URL("../", import.meta.url);
const PURE = [
  "src/core",
  "src/ports",
  "src/spec",
  "src/builder",
  "src/eval",
  "src/engine",
  "src/testing",
  "src/lint",
];
const EFFECTFUL = [
  "src/platform",
  "src/stores",
  "src/executors",
  "src/transport",
  "src/agent",
  "src/services",
];
const OUTER = ["src/config", "src/app", "src/cli", "src/web"];
const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;
/** A test that hangs must not hang whoever waits for the result. */
const GROUP_LIMIT_MS = 25 * 60_000;
const COLOUR = /\x1b\[[0-9;]*m/g;

function present(paths: readonly string[]): string[] {
  return paths.filter((path) => {
    try {
      return Deno.statSync(new URL(path, ROOT)).isDirectory;
    } catch {
      return false;
    }
  });
}

function groups(paths: readonly string[]): Group[] {
  const all: Group[] = [
    { title: "pure layers, no permission", flags: ["--no-prompt"], paths: PURE },
    { title: "effects", flags: ["--allow-all"], paths: [...EFFECTFUL, ...OUTER] },
    { title: "whole program", flags: ["--allow-all"], paths: ["tests"] },
  ];
  if (paths.length === 0) return all.map((group) => ({ ...group, paths: present(group.paths) }));
  const isPure = (path: string) => PURE.some((layer) => path.startsWith(layer));
  return [
    { ...all[0]!, paths: paths.filter(isPure) },
    { ...all[2]!, title: "others", paths: paths.filter((path) => !isPure(path)) },
  ];
}

function counts(output: string): Omit<Outcome, "output"> | null {
  const found = [...output.replaceAll(COLOUR, "").matchAll(SUMMARY)].at(-1);
  if (!found) return null;
  return { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
}

async function run(group: Group, more: readonly string[], env: Record<string, string>): Promise<Outcome> {
  if (group.paths.length === 0) return { passed: 0, failed: 0, skipped: 0, output: "" };
  const child = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--quiet", "--permit-no-files", ...group.flags, ...more, ...group.paths],
    cwd: ROOT,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(GROUP_LIMIT_MS),
  }).output();
  const decoder = new TextDecoder();
  const output = decoder.decode(child.stdout) + decoder.decode(child.stderr);
  const found = counts(output) ?? { passed: 0, failed: 0, skipped: 0 };
  const failed = !child.success && found.failed === 0 ? 1 : found.failed;
  return { ...found, failed, output };
}

/** What a reader wants to see: the errors when something failed, else only what was skipped. */
function report(group: Group, outcome: Outcome, seconds: number): void {
  const { passed, failed, skipped, output } = outcome;
  if (passed + failed + skipped === 0 && output === "") return;
  console.log(
    `${group.title}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds.toFixed(1)} s`,
  );
  if (failed > 0) console.log(output.slice(Math.max(0, output.indexOf("\n ERRORS \n"))).trim() + "\n");
  else for (const line of output.split("\n")) if (/ \.\.\. ignored/.test(line)) console.log(`  ${line}`);
}

async function main(args: readonly string[]): Promise<number> {
  const more: string[] = args.includes("--check") ? [] : ["--no-check"];
  const paths: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--filter") more.push(`--filter=${args[++i] ?? ""}`);
    else if (args[i] === "--parallel") more.push("--parallel");
    else if (args[i] !== "--check") paths.push(args[i]!);
  }
  const peer = await ensurePeer();
  const env = {
    NO_COLOR: "1",
    RUST_BACKTRACE: "0",
    DENO_NO_UPDATE_CHECK: "1",
    ...(peer === "" ? {} : { PEER: peer }),
  };
  const sum = { passed: 0, failed: 0, skipped: 0 };
  await Promise.all(
    groups(paths).map(async (group) => {
      const started = performance.now();
      const outcome = await run(group, more, env);
      report(group, outcome, (performance.now() - started) / 1000);
      sum.passed += outcome.passed;
      sum.failed += outcome.failed;
      sum.skipped += outcome.skipped;
    }),
  );
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
