/** Reads the JSON Schema of parameters, from a file or from a URL. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { isMetadataHost, metadataAddress } from "../../core/metadata_host.ts";
import { addressesOf } from "../../platform/socket/addresses.ts";
import { readTextIfExists } from "../../platform/files/files.ts";
import { isAbsolute, join } from "../../platform/files/path.ts";

const MAX_BYTES = 1 << 20;
const TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 5;

/** @throws DaguError when it cannot be had or is no JSON. */
export async function loadSchema(ref: string, dirs: readonly string[]): Promise<unknown> {
  const text = /^https?:\/\//.test(ref) ? await fetched(ref) : await found(ref, dirs);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DaguError(`Cannot read the parameter schema "${ref}": ${messageOf(error)}`, { cause: error });
  }
}

async function found(ref: string, dirs: readonly string[]): Promise<string> {
  const candidates = isAbsolute(ref) ? [ref] : [...new Set(dirs.map((dir) => join(dir, ref)))];
  for (const path of candidates) {
    const text = await readTextIfExists(path);
    if (text !== null) return text;
  }
  throw new DaguError(
    `Cannot read the parameter schema "${ref}": no such file, looked for ${candidates.join(", ")}`,
  );
}

async function fetched(url: string): Promise<string> {
  try {
    const response = await follow(url, AbortSignal.timeout(TIMEOUT_MS));
    if (response.ok) return await textOf(response);
    await response.body?.cancel();
    throw new Error(`the server answered ${response.status}`);
  } catch (error) {
    throw new DaguError(`Cannot fetch the parameter schema "${url}": ${messageOf(error)}`, { cause: error });
  }
}

/** @throws Error when it is too large: the rest is not taken then */
async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body ?? []) {
    if ((bytes += chunk.length) > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function follow(address: string, signal: AbortSignal): Promise<Response> {
  let url = new URL(address);
  for (let left = MAX_REDIRECTS;; left--) {
    const { hostname } = url;
    if (isMetadataHost(hostname) || await metadataAddress(hostname, addressesOf) !== "") {
      throw new Error(`at ${url.host} the machine's own credentials may be told`);
    }
    const response = await fetch(url, { signal, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    if (left === 0) throw new Error(`it is not there after ${MAX_REDIRECTS} redirections`);
    url = new URL(location, url);
  }
}
