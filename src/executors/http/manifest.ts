/** The http executor: one request, its answer in the log. */
import { DaguError } from "../../core/errors.ts";
import { covers, type PermissionSet } from "../../core/permissions.ts";
import { VERSION } from "../../core/version.ts";
import { splitWords } from "../../eval/words.ts";
import { osEnv } from "../../platform/os_env.ts";
import { addressesOf } from "../../platform/socket/addresses.ts";
import { isAbsolute, join } from "../../platform/files/path.ts";
import { realFile } from "../../platform/files/real_path.ts";
import type { StepTask } from "../../ports/executor.ts";
import { ConfigValues } from "../sandbox/config_values.ts";
import type { SandboxManifest } from "../sandbox/sandboxed_executor.ts";
import { proxyFor } from "./proxy.ts";
import { type Destination, refusalOf } from "./refusal.ts";
import { type HttpRequest, netEntry, type TlsChoice } from "./request.ts";

/** Of `config`, or of a script in its place. */
export const HTTP_KEYS: readonly string[] = [
  "timeout",
  "headers",
  "query",
  "body",
  "silent",
  "debug",
  "json",
  "skipTLSVerify",
  "caFile",
  "certFile",
  "keyFile",
];

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const BODILESS = ["GET", "HEAD", "OPTIONS"];

export const HTTP: SandboxManifest<HttpRequest> = {
  name: "http",
  limits: { workers: 4, requestsPerWorker: 32 },
  prepare,
  permissions,
  answer: (question, { permissions }) => refusalOf(question as Destination, permissions, addressesOf),
};

function permissions(request: HttpRequest): PermissionSet {
  const { tls, proxy } = request;
  const net = new Set([netEntry(new URL(request.url)), ...request.alsoNet]);
  if (proxy !== "") net.add(netEntry(new URL(proxy)));
  const read = [tls.caFile, tls.certFile, tls.keyFile].filter((path) => path !== "");
  return { net: [...net].sort(), ...(read.length > 0 ? { read } : {}) };
}

async function prepare(task: StepTask): Promise<HttpRequest> {
  const { step } = task;
  const [rawMethod = "", rawUrl = ""] = splitWords(step.commands[0]?.text ?? "");
  const method = (await task.evaluate(rawMethod)).toUpperCase();
  if (!TOKEN.test(method)) {
    throw new DaguError(
      `Cannot send a request with the method "${method}": the command of an http step is a method and an address, ` +
        `e.g. GET https://example.com`,
    );
  }
  const url = parseAddress(await task.evaluate(rawUrl), method);
  await refuse({ host: url.hostname, entry: netEntry(url), direct: false }, task);
  const config = await readConfig(task);
  const query = Object.entries(await config.record("query"));
  // Added as text, so that what the address itself says stays byte for byte.
  const added = new URLSearchParams(query.toSorted(([a], [b]) => a < b ? -1 : 1)).toString();
  if (added !== "") url.search += (url.search === "" ? "?" : "&") + added;
  const bodiless = BODILESS.includes(method);
  const body = bodiless ? "" : await config.text("body");
  const headers = Object.entries(await config.record("headers"));
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  if (url.username !== "" && !given.has("authorization")) headers.push(["Authorization", basic(url)]);
  url.username = url.password = "";
  if (!bodiless && !given.has("content-type")) headers.push(["Content-Type", "text/plain; charset=utf-8"]);
  if (!given.has("user-agent")) headers.push(["User-Agent", `dagu/${VERSION}`]);
  checkHeaders(headers);
  const proxy = proxyFor(url, { ...osEnv(), ...task.env });
  return {
    method,
    url: url.href,
    headers: headers.toSorted(([a], [b]) => a.toLowerCase() < b.toLowerCase() ? -1 : 1),
    body: body === "" ? null : body,
    timeoutMs: Math.max(0, await config.int("timeout")) * 1000,
    silent: await config.flag("silent"),
    debug: await config.flag("debug"),
    json: await config.flag("json"),
    tls: await tlsChoice(config, task.workingDir),
    proxy,
    alsoNet: redirectHosts(url, task),
  };
}

function parseAddress(address: string, method: string): URL {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) {
    const got = address === "" ? "no address" : `the address "${address}"`;
    throw new DaguError(
      `Cannot send ${method} to ${got}: one that begins with http:// or https:// is needed`,
    );
  }
  url.hash = "";
  return url;
}

/** What can be told before anything is looked up. */
async function refuse(to: Destination, { permissions }: StepTask): Promise<void> {
  const refusal = await refusalOf(to, permissions, addressesOf);
  if (refusal !== "") throw new DaguError(refusal);
}

/** A script holds the whole config as JSON. */
async function readConfig(task: StepTask): Promise<ConfigValues> {
  const { step } = task;
  const evaluate = (text: string) => task.evaluate(text);
  if (step.script.trim() === "") {
    return new ConfigValues(`the config of step "${step.name}"`, step.executor.config, HTTP_KEYS, evaluate);
  }
  const where = `the script of step "${step.name}"`;
  const text = await task.evaluate(step.script);
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw new DaguError(
      `Cannot read ${where}: it holds the config of the request as JSON, this is invalid: ${
        (error as Error).message
      }`,
    );
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new DaguError(`Cannot read ${where}: a JSON object with the config of the request is needed`);
  }
  // Evaluated as a whole above: nothing that came from a variable is looked at again.
  return new ConfigValues(
    where,
    config as Record<string, unknown>,
    HTTP_KEYS,
    (value) => Promise.resolve(value),
  );
}

async function tlsChoice(config: ConfigValues, folder: string): Promise<TlsChoice> {
  const path = async (name: string) => {
    const given = await config.text(name);
    return given === "" ? "" : await realFile(isAbsolute(given) ? given : join(folder, given));
  };
  const choice = {
    skipVerify: await config.flag("skipTLSVerify"),
    caFile: await path("caFile"),
    certFile: await path("certFile"),
    keyFile: await path("keyFile"),
  };
  if ((choice.certFile === "") !== (choice.keyFile === "")) {
    throw new DaguError(`Cannot use ${config.where}: "certFile" and "keyFile" belong together`);
  }
  return choice;
}

/**
 * Where redirections may lead: hosts that the definition's `permissions` name; and from plain HTTP to the same host
 * by HTTPS, unless those permissions leave that out.
 */
function redirectHosts(url: URL, { permissions }: StepTask): string[] {
  const secure = `${url.hostname}:443`;
  const upgrade = netEntry(url) === `${url.hostname}:80` ? [secure] : [];
  if (permissions === null) return upgrade;
  if (permissions.net === true) return ["*"];
  const named = permissions.net ?? [];
  return [...named, ...upgrade.filter((entry) => named.some((grant) => covers("net", grant, entry)))];
}

function basic(url: URL): string {
  const bytes = new TextEncoder().encode(
    `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
  );
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function checkHeaders(headers: readonly (readonly [string, string])[]): void {
  for (const [name, value] of headers) {
    if (!TOKEN.test(name)) {
      throw new DaguError(`Cannot send the header "${name}": this is no name of a header`);
    }
    if (/[\r\n\0]/.test(value)) {
      throw new DaguError(`Cannot send the header "${name}": its value must not hold line breaks`);
    }
  }
}
