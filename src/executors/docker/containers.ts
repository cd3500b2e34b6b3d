/** Creates and removes containers. */
import { DaguError } from "../../core/errors.ts";
import type { SandboxIo } from "../sandbox/worker_runtime.ts";
import type Docker from "./dockerode.d.ts";
import type { Container } from "./dockerode.d.ts";
import { engineMessage, statusOf } from "./engine_errors.ts";
import { ensureImage } from "./images.ts";
import type { NewContainer } from "./request.ts";

/** The container of that name that runs; null when there is none. */
export async function runningContainer(docker: Docker, name: string): Promise<Container | null> {
  if (name === "") return null;
  try {
    const { Id, State } = await docker.getContainer(name).inspect();
    return State.Running ? docker.getContainer(Id) : null;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/**
 * Creates a container, with its image when that has to be fetched.
 * @throws DaguError with the engine's reason.
 */
export async function createContainer(
  docker: Docker,
  container: NewContainer,
  io: SandboxIo,
): Promise<Container> {
  await ensureImage(docker, container, io);
  const { name, platform, image, command, idle } = container;
  const query: Record<string, unknown> = {};
  if (name !== "") query.name = name;
  if (platform !== "") query.platform = platform;
  const body: Record<string, unknown> = { ...container.body, Image: image };
  if (idle) body.Entrypoint = [];
  if (command !== null) body.Cmd = command;
  try {
    return await docker.createContainer({ _query: query, _body: body });
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 && container.pull === "never") {
      throw new DaguError(`There is no image "${image}", and its pull policy is never to fetch it`, {
        cause: error,
      });
    }
    if (status === 409) {
      throw new DaguError(
        `A container named "${name}" exists and does not run: remove it (docker rm ${name}) or give another name`,
        { cause: error },
      );
    }
    if (status === 0) throw error;
    throw new DaguError(`Cannot create a container from "${image}": ${engineMessage(error)}`, {
      cause: error,
    });
  }
}

/** @throws DaguError with the engine's reason, a program that is missing in the image for example. */
export async function startContainer(made: Container, container: NewContainer): Promise<void> {
  try {
    await made.start();
  } catch (error) {
    if (statusOf(error) === 0) throw error;
    const hint = container.idle
      ? '; an image without a shell needs "startup: entrypoint" or "startup: command" to stay up'
      : "";
    throw new DaguError(
      `Cannot start a container from "${container.image}": ${engineMessage(error)}${hint}`,
      { cause: error },
    );
  }
}

/** Ends a container and takes it away. One that is gone, or is being removed, is fine. */
export async function removeContainer(made: Container, politeMs: number): Promise<void> {
  try {
    if (politeMs > 0) await made.stop({ t: Math.ceil(politeMs / 1000) }).catch(ignoreAnswered);
    await made.remove({ force: true, v: true });
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}

/** Sends a signal; whatever has ended already needs none. */
export function killContainer(made: Container, signal: string): void {
  made.kill({ signal }).catch(() => {});
}

function ignoreAnswered(error: unknown): void {
  if (statusOf(error) === 0) throw error;
}
