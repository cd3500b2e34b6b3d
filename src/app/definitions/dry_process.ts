/** A dry run in a process of its own: defaults of parameters may run commands, and may take long. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { currentDir } from "../../platform/folders/current_dir.ts";
import { osEnv } from "../../platform/os_env.ts";
import { ownProgram } from "../../platform/process/program/own_program.ts";
import { startPiped } from "../../platform/process/processes.ts";
import { startTimer } from "../../platform/time/timer.ts";
import type { DryRun, DryRunRequest } from "../../services/server/run_actions.ts";

const LIMIT_MS = 30_000;
const MAX_OUTPUT = 16 * 1024 * 1024;

/** @throws DaguError with what the process complains of */
export async function dryProcess(config: Config, { dag, params }: DryRunRequest): Promise<DryRun> {
  const [program, ...first] = ownProgram();
  const args = [...first, "dry", "--json", ...params === null ? [] : [`--params=${params}`], dag];
  const env = { ...osEnv(), ...config.layout.home === "" ? {} : { DAGU_HOME: config.layout.home } };
  const texts = { stdout: "", stderr: "" };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const child = startPiped({ program, args, env, cwd: currentDir() }, (stream, bytes) => {
    if (texts[stream].length < MAX_OUTPUT) texts[stream] += decoders[stream].decode(bytes, { stream: true });
    return Promise.resolve();
  });
  const endTimer = startTimer(LIMIT_MS, () => child.signal("SIGKILL"));
  await child.ended;
  endTimer();
  return parsed(texts.stdout) ?? refuse(texts.stderr);
}

function parsed(text: string): DryRun | null {
  try {
    const { params, status, error, steps } = JSON.parse(text) as DryRun;
    return {
      params,
      status,
      error,
      steps: steps.map(({ name, status, error }) => ({ name, status, error })),
    };
  } catch {
    return null;
  }
}

function refuse(complaint: string): never {
  const said = complaint.trim().replace(/^Error: /, "");
  throw new DaguError(said || `Cannot rehearse the run: its process said nothing in ${LIMIT_MS / 1000} s`);
}
