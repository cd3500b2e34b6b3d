/** Waits until a container can be used. */
import { DaguError } from "../../../core/errors.ts";
import { LinearRegex } from "../../../core/text/regex.ts";
import { pause } from "../../../platform/time/timer.ts";
import type { SandboxIo } from "../../sandbox/worker_runtime.ts";
import type { Container, ContainerState } from "./container.ts";
import { Frames } from "./frames.ts";
import type { NewContainer } from "../request.ts";

/** Milliseconds. */
const LIMIT_MS = 120_000;
const LONGEST_PAUSE_MS = 500;
const TAIL_CHARACTERS = 1024;
/** Milliseconds in which the log of what has ended has to be there. */
const TAIL_MS = 10_000;

/**
 * Waits for the state and for the line of the log that a container is to reach.
 * @throws DaguError when it ends before, or the limit of 120 s is over.
 */
export async function waitReady(made: Container, container: NewContainer, io: SandboxIo): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  const tty = container.body.Tty === true;
  await waitState(made, container.waitHealthy, deadline, io);
  if (container.logPattern !== "") await waitLine(made, container.logPattern, tty, deadline, io);
}

async function waitState(made: Container, healthy: boolean, deadline: number, io: SandboxIo): Promise<void> {
  for (let wait = 20;; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    const { State: state } = await made.inspect(io.signal);
    if (io.signal.aborted) return;
    if (!state.Running) throw await ended(made, state);
    if (!healthy) return;
    const health = state.Health?.Status ?? "none";
    if (health === "healthy") return;
    if (health === "none") {
      await io.write("stderr", "The image has no health check: the container is used as soon as it runs\n");
      return;
    }
    if (performance.now() > deadline) {
      throw new DaguError(
        `The container did not become healthy within ${LIMIT_MS / 1000} s: it is ${health}`,
      );
    }
    await pause(wait);
  }
}

/** Reads the log from its beginning, so that no line is missed. */
async function waitLine(
  made: Container,
  pattern: string,
  tty: boolean,
  deadline: number,
  io: SandboxIo,
): Promise<void> {
  const regex = new LinearRegex(pattern);
  const late = AbortSignal.timeout(Math.max(0, Math.ceil(deadline - performance.now())));
  const until = AbortSignal.any([late, io.signal]);
  try {
    const frames = new Frames();
    const lines = { stdout: new Lines(), stderr: new Lines() };
    for await (const piece of await made.logs(until)) {
      const parts = tty ? [{ stream: "stdout" as const, bytes: piece }] : frames.push(piece);
      for (const { stream: name, bytes } of parts) {
        for (const line of lines[name].push(bytes)) if (regex.test(line)) return;
      }
    }
    for (const { rest } of Object.values(lines)) if (rest !== "" && regex.test(rest)) return;
  } catch (error) {
    if (!until.aborted) throw error;
  }
  if (io.signal.aborted) return;
  const sought = `no line of its log matched "${pattern}"`;
  if (late.aborted) throw new DaguError(`The container was not ready within ${LIMIT_MS / 1000} s: ${sought}`);
  const { State: state } = await made.inspect();
  throw new DaguError(`The container ended with exit code ${state.ExitCode} before it was ready: ${sought}`);
}

/** Lines of a text that arrives in pieces; a line without end is kept up to 64 KiB. */
class Lines {
  readonly #decoder = new TextDecoder();
  rest = "";

  push(bytes: Uint8Array): string[] {
    const lines = (this.rest + this.#decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    this.rest = lines.pop()!.slice(-65_536);
    return lines;
  }
}

async function ended(made: Container, state: ContainerState): Promise<DaguError> {
  const text = await logTail(made).catch(() => "");
  return new DaguError(
    `The container ended with exit code ${state.ExitCode} before it could be used` +
      (state.Error === "" ? "" : `: ${state.Error}`) + (text === "" ? "" : `\nend of its log:\n${text}`),
  );
}

async function logTail(made: Container): Promise<string> {
  const stream = await made.logs(AbortSignal.timeout(TAIL_MS));
  const frames = new Frames();
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) {
    for (const { bytes } of frames.push(piece)) text += decoder.decode(bytes, { stream: true });
    text = text.slice(-TAIL_CHARACTERS);
  }
  return text;
}
