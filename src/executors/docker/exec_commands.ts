/** Runs commands in a container that runs. */
import { DaguError } from "../../core/errors.ts";
import { pause } from "../../platform/timer.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import type { SandboxIo } from "../sandbox/worker_runtime.ts";
import type { ByteStream, Container, Exec } from "./dockerode.d.ts";
import { engineMessage, statusOf } from "./engine_errors.ts";
import { outcomeOf, stoppedBy } from "./outcome.ts";
import { copyOutput } from "./output.ts";
import type { ExecOptions, Words } from "./request.ts";

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
  const exec = await create(container, words, { ...options, env: [...options.env, mark] });
  const stream = await exec.start({ Detach: false, Tty: false });
  let signal = "";
  let trouble = "";
  const given = Promise.withResolvers<void>();
  io.onSignal((name) => {
    signal = name;
    sendSignal(container, name, mark, options).catch((error) => trouble = engineMessage(error));
    if (name === "SIGKILL") setTimeout(given.resolve, KILL_MS);
  });
  const end = await Promise.race([
    copyOutput(stream, io, false).then(() => exitCodeOf(exec)),
    given.promise.then(() => null),
  ]);
  if (end !== null) return outcomeOf(end, signal);
  stream.destroy();
  return {
    exitCode: 137,
    error: `signal: killed, but the command may still run in the container: it could not be reached (${
      trouble || "it does not end"
    })`,
  };
}

async function create(container: Container, words: Words, options: ExecOptions): Promise<Exec> {
  const body: Record<string, unknown> = {
    Cmd: words,
    Env: options.env,
    AttachStdout: true,
    AttachStderr: true,
  };
  if (options.user !== "") body.User = options.user;
  if (options.workingDir !== "") body.WorkingDir = options.workingDir;
  try {
    return await container.exec(body);
  } catch (error) {
    if (statusOf(error) === 0) throw error;
    throw new DaguError(`Cannot run "${words[0]}" in the container: ${engineMessage(error)}`, {
      cause: error,
    });
  }
}

/** The stream may end before the command does. */
async function exitCodeOf(exec: Exec): Promise<number> {
  for (let wait = 5;; wait = Math.min(wait * 2, 500)) {
    const { Running, ExitCode } = await exec.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    await pause(wait);
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
  const said = await textOf(await exec.start({ Detach: false, Tty: false }));
  const code = await exitCodeOf(exec);
  if (code !== 0) throw new Error(said.trim() || "none of its processes was found");
}

async function textOf(stream: ByteStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) text += decoder.decode(piece.subarray(8), { stream: true });
  return text;
}
