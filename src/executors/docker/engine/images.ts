/** Makes sure that an image is there. */
import { DaguError, messageOf } from "../../../core/errors.ts";
import type { SandboxIo } from "../../sandbox/worker_runtime.ts";
import { statusOf } from "./engine_errors.ts";
import { splitImage } from "../declaration/image_reference.ts";
import type { NewContainer, RegistryLogin } from "../request.ts";
import { type EngineApi, segment } from "../worker_engine.ts";

/**
 * Fetches the image of a container where its policy asks for that.
 * @throws DaguError when it cannot be had.
 */
export async function ensureImage(api: EngineApi, container: NewContainer, io: SandboxIo): Promise<void> {
  const { image, pull } = container;
  if (pull === "never" || pull === "missing" && await isThere(api, container, io)) return;
  try {
    await fetchImage(api, container, io);
  } catch (error) {
    if (io.signal.aborted) throw error;
    throw new DaguError(`Cannot fetch the image "${image}": ${messageOf(error)}`, { cause: error });
  }
}

async function isThere(api: EngineApi, { image, platform }: NewContainer, io: SandboxIo): Promise<boolean> {
  try {
    const path = `/images/${image.split("/").map(segment).join("/")}/json`;
    const facts = await api.json<ImageFacts>({ method: "GET", path, signal: io.signal });
    const [os = "", architecture = "", variant = ""] = platform.split("/");
    return platform === "" ||
      facts.Os === os && (architecture === "" || facts.Architecture === architecture) &&
        (variant === "" || facts.Variant === variant);
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

interface ImageFacts {
  readonly Os: string;
  readonly Architecture: string;
  readonly Variant?: string;
}

interface Progress {
  readonly status?: string;
  readonly progressDetail?: { readonly total?: number };
  readonly id?: string;
  readonly error?: string;
}

/** What the engine tells goes to stderr, without the counting of bytes. */
async function fetchImage(api: EngineApi, container: NewContainer, io: SandboxIo): Promise<void> {
  const { name, tag } = splitImage(container.image);
  const query: Record<string, string> = { fromImage: name, tag };
  if (container.platform !== "") query.platform = container.platform;
  const stream = await api.stream({
    method: "POST",
    path: "/images/create",
    query,
    headers: { "x-registry-auth": loginText(container.login ?? {}) },
    signal: io.signal,
  });
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream) {
    const lines = (text + decoder.decode(piece, { stream: true })).split("\n");
    text = lines.pop()!;
    for (const line of lines) await tell(line, io);
  }
  await tell(text, io);
}

/** As the engine's header takes it: JSON in the form of base64 that URLs take. */
function loginText(login: RegistryLogin): string {
  const bytes = new TextEncoder().encode(JSON.stringify(login));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

async function tell(line: string, io: SandboxIo): Promise<void> {
  if (line.trim() === "") return;
  const { status = "", progressDetail, id = "", error } = JSON.parse(line) as Progress;
  if (error !== undefined) throw new Error(error);
  if (status === "" || progressDetail?.total !== undefined) return;
  await io.write("stderr", id === "" ? `${status}\n` : `${id}: ${status}\n`);
}
