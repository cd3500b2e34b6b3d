/**
 * Runs all tests: those of the pure layers with no permission at all, the others with every one. The last line
 * is `N passed, N failed, N skipped`.
 *
 *     deno run -A tests/run.ts [--filter TEXT] [--check] [path ...]
 */
import { existsSync } from "../src/platform/files/files.ts";
import { ensurePeer } from "./support/peer.ts";

interface Group {
  readonly title: string;
  readonly flags: readonly string[];
  readonly paths: readonly string[];
  /** Each file is run by a process of its own, some at a time; otherwise one process runs all. */
  readonly apart: boolean;
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What a reader wants to see: the errors when something failed, else only what was skipped. */
  readonly told: string;
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
const LIMIT_MS = 25 * 60_000;
/** Processes at a time for files that are run apart: these tests wait for other processes most of the time. */
const LANES = navigator.hardwareConcurrency + 1;
/** What takes longest is begun first: at the end no process is left alone with it. */
const LONGEST = ["e2e/kill_test", "specs_test", "browser/axe_test", "e2e/coordinator_test"];
/** So many of the longest files are told of. */
const SHOWN = 5;
const NONE: Outcome = { passed: 0, failed: 0, skipped: 0, told: "" };
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
    { title: "pure layers, no permission", flags: ["--no-prompt"], paths: PURE, apart: false },
    { title: "effects", flags: ["--allow-all"], paths: [...EFFECTFUL, ...OUTER], apart: false },
    { title: "whole program", flags: ["--allow-all"], paths: ["tests"], apart: true },
  ];
  if (paths.length === 0) return all.map((group) => ({ ...group, paths: present(group.paths) }));
  return all.map((group) => ({
    ...group,
    paths: paths.filter((path) => group.paths.some((layer) => path.startsWith(layer))),
  }));
}

/** The files with tests among and below the paths. */
function testFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!Deno.statSync(new URL(path, ROOT)).isDirectory) return [path];
    const names = [...Deno.readDirSync(new URL(path, ROOT))]
      .filter(({ name, isDirectory }) => isDirectory || name.endsWith("_test.ts"))
      .map(({ name }) => `${path}/${name}`);
    return testFiles(names.sort());
  });
}

function counts(output: string): Omit<Outcome, "told"> | null {
  const found = [...output.replaceAll(COLOUR, "").matchAll(SUMMARY)].at(-1);
  if (!found) return null;
  return { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
}

type Flags = { readonly flags: readonly string[]; readonly env: Record<string, string> };

async function runPaths(paths: readonly string[], { flags, env }: Flags): Promise<Outcome> {
  if (paths.length === 0) return NONE;
  const child = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--quiet", "--permit-no-files", ...flags, ...paths],
    cwd: ROOT,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  const decoder = new TextDecoder();
  const output = decoder.decode(child.stdout) + decoder.decode(child.stderr);
  const found = counts(output) ?? NONE;
  const failed = !child.success && found.failed === 0 ? 1 : found.failed;
  const told = failed > 0
    ? output.slice(Math.max(0, output.indexOf("\n ERRORS \n"))).trim() + "\n"
    : output.split("\n").filter((line) => / \.\.\. ignored/.test(line)).map((line) => `  ${line}`).join("\n");
  return { ...found, failed, told };
}

async function runApart(files: readonly string[], flags: Flags): Promise<Outcome> {
  const isLong = (file: string) => LONGEST.some((name) => file === `tests/${name}.ts`);
  const waiting = [...files.filter(isLong), ...files.filter((file) => !isLong(file))];
  const outcomes: Outcome[] = [];
  const times: { readonly file: string; readonly seconds: number }[] = [];
  const lane = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const started = performance.now();
      outcomes.push(await runPaths([file], flags));
      times.push({ file, seconds: (performance.now() - started) / 1000 });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const longest = times.sort((a, b) => b.seconds - a.seconds).slice(0, SHOWN);
  if (times.length > SHOWN) {
    console.log(
      `longest: ${longest.map(({ file, seconds }) => `${file} ${seconds.toFixed(0)} s`).join(", ")}`,
    );
  }
  return outcomes.reduce(sum, NONE);
}

function sum(a: Outcome, b: Outcome): Outcome {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    told: [a.told, b.told].filter((text) => text !== "").join("\n"),
  };
}

function summary({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function main(args: readonly string[]): Promise<number> {
  const more: string[] = args.includes("--check") ? [] : ["--no-check"];
  const paths: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--filter") more.push(`--filter=${args[++i] ?? ""}`);
    else if (args[i] !== "--check") paths.push(args[i]!);
  }
  const missing = paths.find((path) => !existsSync(new URL(path, ROOT).pathname));
  if (missing !== undefined) {
    console.error(`There is no "${missing}"`);
    return 1;
  }
  const peer = await ensurePeer();
  const env = {
    NO_COLOR: "1",
    RUST_BACKTRACE: "0",
    DENO_NO_UPDATE_CHECK: "1",
    ...(peer === "" ? {} : { PEER: peer }),
  };
  const outcomes = await Promise.all(
    groups(paths).map(async ({ title, flags, paths, apart }) => {
      const started = performance.now();
      const given = { flags: [...flags, ...more], env };
      const outcome = await (apart ? runApart(testFiles(paths), given) : runPaths(paths, given));
      if (outcome === NONE) return outcome;
      const seconds = (performance.now() - started) / 1000;
      console.log(`${title}: ${summary(outcome)} in ${seconds.toFixed(1)} s`);
      if (outcome.told !== "") console.log(outcome.told);
      return outcome;
    }),
  );
  const whole = outcomes.reduce(sum, NONE);
  console.log(summary(whole));
  return whole.failed === 0 && whole.passed > 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
