/** Makes sure that an image is there. */
import { DaguError } from "../../core/errors.ts";
import type { SandboxIo } from "../sandbox/worker_runtime.ts";
import type Docker from "./dockerode.d.ts";
import { engineMessage, statusOf } from "./engine_errors.ts";
import { splitImage } from "./image_reference.ts";
import type { NewContainer } from "./request.ts";

/**
 * Fetches the image of a container where its policy asks for that.
 * @throws DaguError when it cannot be had.
 */
export async function ensureImage(docker: Docker, container: NewContainer, io: SandboxIo): Promise<void> {
  const { image, pull } = container;
  if (pull === "never" || pull === "missing" && await isThere(docker, container)) return;
  try {
    await fetchImage(docker, container, io);
  } catch (error) {
    if (io.signal.aborted) throw error;
    throw new DaguError(`Cannot fetch the image "${image}": ${engineMessage(error)}`, { cause: error });
  }
}

async function isThere(docker: Docker, { image, platform }: NewContainer): Promise<boolean> {
  try {
    const facts = await docker.getImage(image).inspect();
    const [os = "", architecture = "", variant = ""] = platform.split("/");
    return platform === "" ||
      facts.Os === os && (architecture === "" || facts.Architecture === architecture) &&
        (variant === "" || facts.Variant === variant);
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

interface Progress {
  readonly status?: string;
  readonly progressDetail?: { readonly total?: number };
  readonly id?: string;
  readonly error?: string;
}

/** What the engine tells goes to stderr, without the counting of bytes. */
async function fetchImage(docker: Docker, container: NewContainer, io: SandboxIo): Promise<void> {
  const { name, tag } = splitImage(container.image);
  const query: Record<string, unknown> = { fromImage: name, tag };
  if (container.platform !== "") query.platform = container.platform;
  const stream = await docker.createImage({ ...container.login }, { _query: query, _body: {} });
  const cut = () => stream.destroy(new Error("stopped"));
  io.signal.addEventListener("abort", cut);
  if (io.signal.aborted) cut();
  try {
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of stream) {
      const lines = (text + decoder.decode(piece, { stream: true })).split("\n");
      text = lines.pop()!;
      for (const line of lines) await tell(line, io);
    }
    await tell(text, io);
  } finally {
    io.signal.removeEventListener("abort", cut);
  }
}

async function tell(line: string, io: SandboxIo): Promise<void> {
  if (line.trim() === "") return;
  const { status = "", progressDetail, id = "", error } = JSON.parse(line) as Progress;
  if (error !== undefined) throw new Error(error);
  if (status === "" || progressDetail?.total !== undefined) return;
  await io.write("stderr", id === "" ? `${status}\n` : `${id}: ${status}\n`);
}
