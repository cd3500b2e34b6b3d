/** Creates and removes containers. */
import { DaguError, messageOf } from "../../../core/errors.ts";
import type { SandboxIo } from "../../sandbox/worker_runtime.ts";
import { Container } from "./container.ts";
import { EngineError, statusOf } from "./engine_errors.ts";
import { afterKill, afterStop } from "./given_up.ts";
import { ensureImage } from "./images.ts";
import type { NewContainer } from "../request.ts";
import type { EngineApi } from "../worker_engine.ts";

/** Milliseconds after a stop in which a container may still be made, so that it is known and can be removed. */
const MAKING_MS = 3000;
/** Milliseconds beyond its polite end in which a container has to be gone. */
const REMOVAL_MS = 60_000;
/** The same after SIGKILL: less than the worker itself is given then. */
const KILLED_REMOVAL_MS = 8000;

/** The container of that name that runs; null when there is none. */
export async function runningContainer(
  api: EngineApi,
  name: string,
  io: SandboxIo,
): Promise<Container | null> {
  if (name === "") return null;
  try {
    const { Id, State } = await new Container(api, name).inspect(io.signal);
    return State.Running ? new Container(api, Id) : null;
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
  api: EngineApi,
  container: NewContainer,
  io: SandboxIo,
): Promise<Container> {
  await ensureImage(api, container, io);
  const { name, platform, image, command, idle } = container;
  const query: Record<string, string> = {};
  if (name !== "") query.name = name;
  if (platform !== "") query.platform = platform;
  const body: Record<string, unknown> = { ...container.body, Image: image };
  if (idle) body.Entrypoint = [];
  if (command !== null) body.Cmd = command;
  try {
    const made = await api.json<{ readonly Id: string }>({
      method: "POST",
      path: "/containers/create",
      query,
      body,
      signal: afterStop(io, MAKING_MS),
    });
    return new Container(api, made.Id);
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
    throw new DaguError(`Cannot create a container from "${image}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** @throws DaguError with the engine's reason, a program that is missing in the image for example. */
export async function startContainer(
  made: Container,
  container: NewContainer,
  io: SandboxIo,
): Promise<void> {
  try {
    await made.start(afterStop(io, MAKING_MS));
  } catch (error) {
    if (statusOf(error) === 0) throw error;
    const hint = container.idle
      ? '; an image without a shell needs "startup: entrypoint" or "startup: command" to stay up'
      : "";
    throw new DaguError(
      `Cannot start a container from "${container.image}": ${messageOf(error)}${hint}`,
      { cause: error },
    );
  }
}

/** Ends a container and takes it away. One that is gone, or is being removed, is fine. */
export async function removeContainer(made: Container, politeMs: number, io: SandboxIo): Promise<void> {
  const until = AbortSignal.any([
    AbortSignal.timeout(politeMs + REMOVAL_MS),
    afterKill(io, KILLED_REMOVAL_MS),
  ]);
  try {
    if (politeMs > 0) await made.stop(Math.ceil(politeMs / 1000), until).catch(ignoreAnswered);
    await made.remove(until);
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}

/** Sends a signal; whatever has ended already needs none. */
export function killContainer(made: Container, signal: string): void {
  made.kill(signal).catch(() => {});
}

function ignoreAnswered(error: unknown): void {
  if (!(error instanceof EngineError) || error.status === 0) throw error;
}
