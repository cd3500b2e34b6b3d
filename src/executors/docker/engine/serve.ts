/** Does what the agent asks for, at the engine that the request names. */
import { DaguError } from "../../../core/errors.ts";
import type { StepOutcome } from "../../../ports/executor.ts";
import type { SandboxIo } from "../../sandbox/worker_runtime.ts";
import { Container } from "./container.ts";
import {
  createContainer,
  killContainer,
  removeContainer,
  runningContainer,
  startContainer,
} from "./containers.ts";
import { statusOf } from "./engine_errors.ts";
import { execCommands } from "./exec_commands.ts";
import { afterKill } from "./given_up.ts";
import { outcomeOf, stoppedBy } from "./outcome.ts";
import { copyOutput } from "./output.ts";
import { waitReady } from "./ready.ts";
import type { DockerRequest, DockerWork, ExecOptions, Found, NewContainer, Opened } from "../request.ts";
import { EngineApi } from "../worker_engine.ts";

/** After SIGKILL, milliseconds in which a container has to be gone. */
const KILL_MS = 3000;

const DONE: StepOutcome = { exitCode: 0, error: "" };

export async function serveDocker(request: DockerRequest, io: SandboxIo): Promise<StepOutcome> {
  using api = new EngineApi(request.engine);
  const { work, graceMs } = request;
  switch (work.kind) {
    case "run":
      return await run(api, work.container, work.exec, io);
    case "session":
      return await session(api, work, graceMs, io);
    case "exec": {
      const container = work.own ? new Container(api, work.target) : await existing(api, work.target, io);
      return await execCommands(container, work.commands, work.exec, io);
    }
    case "open":
      return await open(api, work.container, graceMs, io);
    case "close":
      await removeContainer(new Container(api, work.id), work.container.idle ? 0 : graceMs, io);
      return DONE;
    case "list":
      return output(await list(api, work.label, io.signal));
    case "remove":
      for (const id of work.ids) await removeContainer(new Container(api, id), 0, io);
      return DONE;
  }
}

function output(value: unknown): StepOutcome {
  return { exitCode: 0, error: "", output: JSON.stringify(value) };
}

/** The container's own command, from its start to its end. */
async function run(
  api: EngineApi,
  container: NewContainer,
  exec: ExecOptions,
  io: SandboxIo,
): Promise<StepOutcome> {
  const there = await runningContainer(api, container.name, io);
  if (there) return await execCommands(there, [commandOf(container)], exec, io);
  const made = await createContainer(api, container, io);
  try {
    if (io.signal.aborted) return stoppedBy(String(io.signal.reason));
    const until = afterKill(io, KILL_MS);
    const stream = await made.attach(until);
    const copied = copyOutput(stream, io, container.body.Tty === true);
    copied.catch(() => {});
    await startContainer(made, container, io);
    let signal = "";
    io.onSignal((name) => killContainer(made, signal = name));
    const exitCode = await made.wait(until);
    await copied;
    return outcomeOf(exitCode, signal);
  } finally {
    if (!container.keep) await removeContainer(made, 0, io);
  }
}

function commandOf({ name, command }: NewContainer) {
  if (command !== null) return command;
  throw new DaguError(`The container "${name}" runs already: a command is needed to run in it`);
}

async function session(
  api: EngineApi,
  { container, commands, exec }: Extract<DockerWork, { kind: "session" }>,
  graceMs: number,
  io: SandboxIo,
): Promise<StepOutcome> {
  const opened = await begin(api, container, graceMs, io);
  const made = new Container(api, opened.id);
  try {
    return await execCommands(made, commands, exec, io);
  } finally {
    if (opened.made && !container.keep) {
      const polite = container.idle || io.signal.aborted ? 0 : graceMs;
      await removeContainer(made, polite, io);
    }
  }
}

async function open(
  api: EngineApi,
  container: NewContainer,
  graceMs: number,
  io: SandboxIo,
): Promise<StepOutcome> {
  const opened = await begin(api, container, graceMs, io);
  if (!io.signal.aborted) return output(opened);
  if (opened.made) await removeContainer(new Container(api, opened.id), 0, io);
  return stoppedBy(String(io.signal.reason));
}

/** Starts a container, or takes the one of that name that runs, and waits until it is ready. */
async function begin(
  api: EngineApi,
  container: NewContainer,
  graceMs: number,
  io: SandboxIo,
): Promise<Opened> {
  const there = await runningContainer(api, container.name, io);
  if (there) return { id: there.id, made: false };
  const made = await createContainer(api, container, io);
  try {
    await startContainer(made, container, io);
    await waitReady(made, container, io);
    return { id: made.id, made: true };
  } catch (error) {
    await removeContainer(made, container.idle ? 0 : graceMs, io);
    throw error;
  }
}

/** @throws DaguError when no container of that name runs. */
async function existing(api: EngineApi, name: string, io: SandboxIo): Promise<Container> {
  try {
    const { State } = await new Container(api, name).inspect(io.signal);
    if (State.Running) return new Container(api, name);
    throw new DaguError(
      `Cannot run in the container "${name}": it does not run, its state is ${State.Status}`,
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new DaguError(`Cannot run in the container "${name}": there is none of that name`, {
      cause: error,
    });
  }
}

async function list(api: EngineApi, label: string, signal: AbortSignal): Promise<Found[]> {
  const query = { all: "1", filters: JSON.stringify({ label: [label] }) };
  const found = await api.json<{ readonly Id: string; readonly Labels: Found["labels"] }[]>({
    method: "GET",
    path: "/containers/json",
    query,
    signal,
  });
  return found.map(({ Id, Labels }) => ({ id: Id, labels: Labels }));
}
