/**
 * All that is promised about faults and enemies, tried on the real program: a line for each check, then how many of
 * them hold. Takes the better part of an hour.
 *
 *     deno run -A tests/campaigns/all.ts [a | b | ... | o ...]
 *
 * Letters choose kinds. What a kind needs stands at the head of its campaign; most run anywhere, `d` and `n` need root.
 * `OURS` names a compiled program to test instead of the sources.
 */
import { ensurePeer } from "../support/peer.ts";
import { textLines } from "../support/text_lines.ts";

/** A script of this folder, or a file of tests; each line or test of it is one check. */
interface Source {
  readonly letter: string;
  readonly kind: string;
  /** What has to be reached. */
  readonly mark: string;
  /** File and arguments. */
  readonly run: readonly string[];
}

const SOURCES: readonly Source[] = [
  {
    letter: "a",
    kind: "start is killed",
    mark: "readable at once, nothing runs on, a retry ends it, no finished step again",
    run: ["crash.ts", "--kills", "200", "kills"],
  },
  {
    letter: "a",
    kind: "a run is killed",
    mark: "told within 2 s, steps gone, resumed where that is asked for",
    run: ["e2e/scheduler_test.ts", "/killed|survives|dead/"],
  },
  {
    letter: "b",
    kind: "two schedulers, killed, paused, ended",
    mark: "each fire once, none lost, no run twice",
    run: ["scheduler.ts", "--seconds", "120", "pair"],
  },
  {
    letter: "b",
    kind: "fail-over",
    mark: "15 s, 2 s on one host, at once after SIGTERM",
    run: ["e2e/standby_test.ts"],
  },
  {
    letter: "c",
    kind: "a queue under kills",
    mark: "200 of 200, none twice",
    run: ["scheduler.ts", "--queued", "200", "queue"],
  },
  { letter: "c", kind: "queues", mark: "order of acknowledgement, an id once", run: ["e2e/queue_test.ts"] },
  { letter: "c", kind: "many starts at once", mark: "none lost, an id once", run: ["e2e/burst_test.ts"] },
  {
    letter: "d",
    kind: "machines killed, cut off, frozen",
    mark: "nothing twice, others go on within 20 s, healed within 15 s",
    run: ["distributed.ts", "--short"],
  },
  {
    letter: "e",
    kind: "a full disk",
    mark: "refuses, records ends, goes on when there is room",
    run: ["scheduler.ts", "disk"],
  },
  {
    letter: "e",
    kind: "a full or read-only disk",
    mark: "refuses, damages nothing, has a code of its own",
    run: ["e2e/damage_test.ts", "/disk|home|record that/"],
  },
  {
    letter: "f",
    kind: "damaged files",
    mark: "all others go on, each is named",
    run: ["e2e/damage_test.ts", "damaged"],
  },
  {
    letter: "f",
    kind: "damaged queues and definitions",
    mark: "put aside, all others go on",
    run: ["e2e/scheduler_test.ts", "damaged"],
  },
  {
    letter: "g",
    kind: "abuse of the API",
    mark: "no way out, no 5xx, bounded",
    run: ["server/abuse_test.ts"],
  },
  {
    letter: "g",
    kind: "damaged input",
    mark: "an answer in bounded time, nothing harmed",
    run: ["fuzz.ts", "--count=20000"],
  },
  { letter: "g", kind: "foreign pages", mark: "401, 403, 415, nothing done", run: ["server/guard_test.ts"] },
  {
    letter: "g",
    kind: "logins",
    mark: "slowed down, ended by a reset, HTTPS outside",
    run: ["e2e/auth_test.ts"],
  },
  {
    letter: "h",
    kind: "values from",
    mark: "84 of 84 as they were given, none executed",
    run: ["values.ts"],
  },
  { letter: "i", kind: "secrets in", mark: "in no place", run: ["secrets.ts"] },
  { letter: "j", kind: "load", mark: "no error, bounded", run: ["load.ts"] },
  { letter: "j", kind: "a step that never stops writing", mark: "bounded", run: ["e2e/log_limit_test.ts"] },
  { letter: "k", kind: "signals to", mark: "0, or 143 and 130; nothing left", run: ["signals.ts"] },
  {
    letter: "k",
    kind: "stop",
    mark: "all processes gone within grace time + 5 s",
    run: ["e2e/stop_test.ts"],
  },
  { letter: "l", kind: "clock", mark: "each time once, no storm, goes on", run: ["clock.ts"] },
  {
    letter: "m",
    kind: "killed before each call",
    mark: "readable, nothing needs a hand",
    run: ["crash.ts", "calls"],
  },
  { letter: "n", kind: "power cut", mark: "20 of 20", run: ["power.ts", "--fs", "ext4", "--cuts", "20"] },
  { letter: "n", kind: "power cut", mark: "8 of 8", run: ["power.ts", "--fs", "xfs", "--cuts", "8"] },
  { letter: "o", kind: "strangers at the coordinator", mark: "refused, not executed", run: ["strangers.ts"] },
];

const HERE = new URL("./", import.meta.url);
/** Of a campaign, and of tests in TAP. */
const LINE = /^(ok|FAILED) {2,}(.*)$/;
const TAP = /^(ok|not ok) \d+ - (.*?)(?: # (?!SKIP).*)?$/;
/** Counts neither way, and is told with its reason. */
const SKIPPED = /^ok \d+ - (.*) # SKIP/;

function commandOf([file, ...args]: readonly string[]): string[] {
  if (!file!.endsWith("_test.ts")) return ["run", "-A", "--no-check", new URL(file!, HERE).pathname, ...args];
  const filter = args.length > 0 ? ["--filter", args[0]!] : [];
  const path = new URL(`../${file}`, HERE).pathname;
  return ["test", "-A", "--no-check", "--reporter=tap", ...filter, path];
}

/** Runs a source and prints its checks as they end. */
async function check(
  { letter, kind, mark, run }: Source,
  env: Readonly<Record<string, string>>,
): Promise<{ passed: number; failed: number }> {
  const count = { passed: 0, failed: 0 };
  const report = (passed: boolean, what: string) => {
    count[passed ? "passed" : "failed"]++;
    console.log(`${letter}  ${passed ? "ok    " : "FAILED"}  ${kind}: ${what}  [${mark}]`);
  };
  const child = new Deno.Command(Deno.execPath(), {
    args: commandOf(run),
    clearEnv: true,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  for await (const line of textLines(child.stdout)) {
    const [, state, what] = LINE.exec(line) ?? TAP.exec(line) ?? [];
    if (state !== undefined) report(state === "ok", what!);
    const skipped = SKIPPED.exec(line)?.[1];
    if (skipped !== undefined) console.log(`${letter}  -       ${kind}: ${skipped}`);
  }
  const { code } = await child.status;
  if ((code !== 0 && count.failed === 0) || count.passed + count.failed === 0) {
    report(false, `${run.join(" ")} ended with code ${code}`);
  }
  return count;
}

if (import.meta.main) {
  const letters = Deno.args.filter((arg) => /^[a-o]$/.test(arg));
  const peer = await ensurePeer();
  // How the caller's own installation is set up is none of the checks' business.
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("DAGU_"));
  const env = Object.fromEntries(peer === "" ? kept : [...kept, ["PEER", peer]]);
  let passed = 0;
  let all = 0;
  for (const source of SOURCES) {
    if (letters.length > 0 && !letters.includes(source.letter)) continue;
    const count = await check(source, env);
    passed += count.passed;
    all += count.passed + count.failed;
  }
  console.log(`${passed} of ${all}`);
  Deno.exit(passed === all ? 0 : 1);
}
