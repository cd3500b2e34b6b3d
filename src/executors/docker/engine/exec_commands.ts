/** Runs commands in a container that runs. */
import { DaguError, messageOf } from "../../../core/errors.ts";
import { pause } from "../../../platform/time/timer.ts";
import type { StepOutcome } from "../../../ports/executor.ts";
import type { SandboxIo } from "../../sandbox/worker_runtime.ts";
import type { Container } from "./container.ts";
import { statusOf } from "./engine_errors.ts";
import { afterKill } from "./given_up.ts";
import { outcomeOf, stoppedBy } from "./outcome.ts";
import { copyOutput } from "./output.ts";
import type { ExecOptions, Words } from "../request.ts";
import type { ByteStream } from "../worker_engine.ts";

/** Marks the processes of one command: all that it starts has the variable too. */
const MARK = "DAGU_EXEC_ID";

/**
 * The engine cannot signal a command that runs by exec. So a second one looks for the processes with the mark and
 * signals them; it needs a shell and nothing else. A kill goes on until none is found: one that was about to become
 * another program, perhaps because its child was killed, shows no environment for a moment.
 */
const SIGNALLER = `
result=1 rounds=0 again=yes
while [ "$again" ] && [ "$rounds" -lt 20 ]; do
  again= rounds=$((rounds + 1))
  for place in /proc/[0-9]*; do
    while IFS= read -r line || [ -n "$line" ]; do
      case "$line" in *"$2"*) kill -s "$1" "\${place#/proc/}" && result=0 again=yes; break ;; esac
    done <"$place/environ"
  done
  [ "$1" = KILL ] || again=
done 2>/dev/null
exit $result
`;

/** After SIGKILL, milliseconds in which a command has to be gone. */
const KILL_MS = 3000;
/** Milliseconds in which a signal has to reach a command. */
const SIGNAL_MS = 60_000;

/** Runs commands one after the other until one fails. */
export async function execCommands(
  container: Container,
  commands: readonly Words[],
  options: ExecOptions,
  io: SandboxIo,
): Promise<StepOutcome> {
  for (const [index, words] of commands.entries()) {
    if (io.signal.aborted) return stoppedBy(String(io.signal.reason));
    const outcome = await execCommand(container, words, options, io);
    if (outcome.error === "") continue;
    const error = commands.length > 1 ? `command ${index + 1} failed: ${outcome.error}` : outcome.error;
    return { ...outcome, error };
  }
  return { exitCode: 0, error: "" };
}

async function execCommand(
  container: Container,
  words: Words,
  options: ExecOptions,
  io: SandboxIo,
): Promise<StepOutcome> {
  const mark = `${MARK}=${crypto.randomUUID()}`;
  const until = afterKill(io, KILL_MS);
  let signal = "";
  let trouble = "";
  io.onSignal((name) => {
    signal = name;
    sendSignal(container, name, mark, options).catch((error) => trouble = messageOf(error));
  });
  try {
    const exec = await create(container, words, { ...options, env: [...options.env, mark] });
    await copyOutput(await container.startExec(exec, until), io, false);
    return outcomeOf(await exitCodeOf(container, exec, until), signal);
  } catch (error) {
    if (!until.aborted) throw error;
    const reason = trouble || "it does not end";
    return {
      exitCode: 137,
      error:
        `signal: killed, but the command may still run in the container: it could not be reached (${reason})`,
    };
  }
}

async function create(container: Container, words: Words, options: ExecOptions): Promise<string> {
  const body: Record<string, unknown> = {
    Cmd: words,
    Env: options.env,
    AttachStdout: true,
    AttachStderr: true,
  };
  if (options.user !== "") body.User = options.user;
  if (options.workingDir !== "") body.WorkingDir = options.workingDir;
  try {
    return await container.createExec(body);
  } catch (error) {
    if (statusOf(error) === 0) throw error;
    throw new DaguError(`Cannot run "${words[0]}" in the container: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The stream may end before the command does. */
async function exitCodeOf(container: Container, exec: string, signal: AbortSignal): Promise<number> {
  for (let wait = 5;; wait = Math.min(wait * 2, 500)) {
    const { Running, ExitCode } = await container.inspectExec(exec, signal);
    if (!Running && ExitCode !== null) return ExitCode;
    await pause(wait);
    signal.throwIfAborted();
  }
}

async function sendSignal(
  container: Container,
  signal: string,
  mark: string,
  options: ExecOptions,
): Promise<void> {
  const name = signal.replace(/^SIG/, "");
  // The same user: no other one may look into the environment of its processes.
  const exec = await create(container, ["sh", "-c", SIGNALLER, "sh", name, mark], {
    user: options.user,
    workingDir: "/",
    env: [],
  });
  const until = AbortSignal.timeout(SIGNAL_MS);
  const said = await textOf(await container.startExec(exec, until));
  const code = await exitCodeOf(container, exec, until);
  if (code !== 0) throw new Error(said.trim() || "none of its processes was found");
}

async function textOf(stream: ByteStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) text += decoder.decode(piece.subarray(8), { stream: true });
  return text;
}
