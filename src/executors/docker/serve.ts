/** Does what the agent asks for, at the engine that the request names. */
// @ts-types="./dockerode.d.ts"
import Docker from "dockerode";
import { DaguError } from "../../core/errors.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import type { SandboxIo } from "../sandbox/worker_runtime.ts";
import {
  createContainer,
  killContainer,
  removeContainer,
  runningContainer,
  startContainer,
} from "./containers.ts";
import type { Container } from "./dockerode.d.ts";
import { statusOf } from "./engine_errors.ts";
import { execCommands } from "./exec_commands.ts";
import { outcomeOf, stoppedBy } from "./outcome.ts";
import { copyOutput } from "./output.ts";
import { waitReady } from "./ready.ts";
import type {
  DockerRequest,
  DockerWork,
  Engine,
  ExecOptions,
  Found,
  NewContainer,
  Opened,
} from "./request.ts";

const DONE: StepOutcome = { exitCode: 0, error: "" };

export async function serveDocker(request: DockerRequest, io: SandboxIo): Promise<StepOutcome> {
  const docker = connect(request.engine);
  const { work, graceMs } = request;
  switch (work.kind) {
    case "run":
      return await run(docker, work.container, work.exec, io);
    case "session":
      return await session(docker, work, graceMs, io);
    case "exec": {
      const container = work.own ? docker.getContainer(work.target) : await existing(docker, work.target);
      return await execCommands(container, work.commands, work.exec, io);
    }
    case "open":
      return await open(docker, work.container, graceMs, io);
    case "close":
      await removeContainer(docker.getContainer(work.id), work.container.idle ? 0 : graceMs);
      return DONE;
    case "list":
      return output(await list(docker, work.label));
    case "remove":
      for (const id of work.ids) await removeContainer(docker.getContainer(id), 0);
      return DONE;
  }
}

function connect(engine: Engine): Docker {
  const version = engine.version === "" ? {} : { version: `v${engine.version}` };
  if (engine.kind === "socket") return new Docker({ socketPath: engine.path, ...version });
  const { host, port, tls } = engine;
  if (!tls) return new Docker({ host, port, protocol: "http", ...version });
  const { cert, key } = tls;
  return new Docker({
    host,
    port,
    protocol: "https",
    ...(tls.ca === "" ? {} : { ca: tls.ca }),
    ...(cert === "" ? {} : { cert, key }),
    ...version,
  });
}

function output(value: unknown): StepOutcome {
  return { exitCode: 0, error: "", output: JSON.stringify(value) };
}

/** The container's own command, from its start to its end. */
async function run(
  docker: Docker,
  container: NewContainer,
  exec: ExecOptions,
  io: SandboxIo,
): Promise<StepOutcome> {
  const there = await runningContainer(docker, container.name);
  if (there) return await execCommands(there, [commandOf(container)], exec, io);
  const made = await createContainer(docker, container, io);
  try {
    if (io.signal.aborted) return stoppedBy(String(io.signal.reason));
    const stream = await made.attach({ stream: true, stdout: true, stderr: true });
    const copied = copyOutput(stream, io, container.body.Tty === true);
    copied.catch(() => {});
    await startContainer(made, container);
    let signal = "";
    io.onSignal((name) => killContainer(made, signal = name));
    const end = await made.wait();
    await copied;
    return outcomeOf(end.StatusCode, signal);
  } finally {
    if (!container.keep) await removeContainer(made, 0);
  }
}

function commandOf({ name, command }: NewContainer) {
  if (command !== null) return command;
  throw new DaguError(`The container "${name}" runs already: a command is needed to run in it`);
}

async function session(
  docker: Docker,
  { container, commands, exec }: Extract<DockerWork, { kind: "session" }>,
  graceMs: number,
  io: SandboxIo,
): Promise<StepOutcome> {
  const opened = await begin(docker, container, graceMs, io);
  const made = docker.getContainer(opened.id);
  try {
    return await execCommands(made, commands, exec, io);
  } finally {
    if (opened.made && !container.keep) {
      const polite = container.idle || io.signal.aborted ? 0 : graceMs;
      await removeContainer(made, polite);
    }
  }
}

async function open(
  docker: Docker,
  container: NewContainer,
  graceMs: number,
  io: SandboxIo,
): Promise<StepOutcome> {
  const opened = await begin(docker, container, graceMs, io);
  if (!io.signal.aborted) return output(opened);
  if (opened.made) await removeContainer(docker.getContainer(opened.id), 0);
  return stoppedBy(String(io.signal.reason));
}

/** Starts a container, or takes the one of that name that runs, and waits until it is ready. */
async function begin(
  docker: Docker,
  container: NewContainer,
  graceMs: number,
  io: SandboxIo,
): Promise<Opened> {
  const there = await runningContainer(docker, container.name);
  if (there) return { id: there.id, made: false };
  const made = await createContainer(docker, container, io);
  try {
    await startContainer(made, container);
    await waitReady(made, container, io);
    return { id: made.id, made: true };
  } catch (error) {
    await removeContainer(made, container.idle ? 0 : graceMs);
    throw error;
  }
}

/** @throws DaguError when no container of that name runs. */
async function existing(docker: Docker, name: string): Promise<Container> {
  try {
    const { State } = await docker.getContainer(name).inspect();
    if (State.Running) return docker.getContainer(name);
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

async function list(docker: Docker, label: string): Promise<Found[]> {
  const found = await docker.listContainers({ all: true, filters: { label: [label] } });
  return found.map(({ Id, Labels }) => ({ id: Id, labels: Labels }));
}
