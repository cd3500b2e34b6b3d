/** Steps of type ssh at a real server. */
import type { Step } from "../../src/core/dag.ts";
import { SSH } from "../../src/executors/ssh/manifest.ts";
import { allProcesses } from "../../src/platform/process/process_table.ts";
import { testNeeding } from "../needs.ts";
import { until } from "./home.ts";
import { command, StepBench, type StepSetting } from "./step_bench.ts";
import { Sshd, type SshdOptions } from "./sshd.ts";

/** A test that waits for ever is one that fails. */
const LIMIT_MS = 180_000;

export class SshBench extends StepBench {
  constructor(readonly sshd: Sshd) {
    super();
  }

  /** Starts a step that logs in with the key of the user. */
  ssh(given: Partial<Step> | string, config: Record<string, unknown> = {}, more: StepSetting = {}) {
    const step = typeof given === "string" ? command(given) : given;
    const merged = Object.entries({ ...this.sshd.login, ...config }).filter(([, value]) => value !== null);
    const executor = { type: "ssh", config: Object.fromEntries(merged) };
    return this.start(SSH, { executor, ...step }, more);
  }
}

export function testSsh(
  name: string,
  fn: (bench: SshBench, sshd: Sshd) => Promise<void>,
  options: SshdOptions = {},
): void {
  testNeeding({
    name: `ssh: ${name}`,
    needs: options.guest ? ["sshd", "unshare"] : ["sshd"],
    fn: async () => {
      await using sshd = await Sshd.start(options);
      using bench = new SshBench(sshd);
      const late = Promise.withResolvers<never>();
      const hangs = () => late.reject(new Error(`It hangs; the server says\n${sshd.log}`));
      const timer = setTimeout(hangs, LIMIT_MS);
      await Promise.race([fn(bench, sshd), late.promise]).finally(() => clearTimeout(timer));
    },
  });
}

/** Settings by which commands go to a shell. */
export const SHELL = { shell: "/bin/sh -e" };

export async function endOf(step: { readonly done: Promise<{ exitCode: number; error: string }> }) {
  const { exitCode, error } = await step.done;
  return [exitCode, error];
}

/** A command that takes long and that no other test runs. */
export function nap(): string {
  return `sleep ${(60 + Math.random()).toFixed(9)}`;
}

/** Processes with exactly this command line. */
export function processes(line: string): number[] {
  return allProcesses().filter((pid) => commandLine(pid) === line);
}

/** Processes that have this text in their command line. */
export function processesWith(text: string): number[] {
  return allProcesses().filter((pid) => commandLine(pid).includes(text));
}

function commandLine(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

export async function running(line: string): Promise<void> {
  await until(() => processes(line).length > 0, `the process "${line}"`);
}

export async function gone(line: string): Promise<void> {
  await until(() => processes(line).length === 0, `the end of "${line}"`);
}

/** Ends the process. */
export function end(line: string): void {
  for (const pid of processes(line)) Deno.kill(pid, "SIGKILL");
}
