/** What a `container:` declaration means for the engine. */
import type { ContainerDecl } from "../../../core/declarations.ts";
import { DaguError } from "../../../core/errors.ts";
import { LinearRegex } from "../../../core/text/regex.ts";
import { bindText } from "./bind_text.ts";
import { portBindings } from "./ports_text.ts";
import type { Body, NewContainer, RegistryLogin, Words } from "../request.ts";

/** Keeps a container up while commands run in it. */
const IDLE: Words = ["sh", "-c", "while true; do sleep 86400; done"];

/** What belongs to the place where a container is declared. */
export interface ContainerPlace {
  /** `more` are variables that win over all others. */
  readonly evaluate: (template: string, more?: Readonly<Record<string, string>>) => Promise<string>;
  /** Folder for relative sources of volumes. */
  readonly workingDir: string;
  /** Variables below those of the declaration. */
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly login: (image: string) => Promise<RegistryLogin | null>;
}

/** A declaration with everything in it evaluated. */
export interface EvaluatedContainer {
  readonly decl: ContainerDecl;
  /** Those of the declaration. */
  readonly env: Readonly<Record<string, string>>;
}

/** @throws DaguError when a command between backticks fails. */
export async function evaluateContainer(
  decl: ContainerDecl,
  { evaluate }: Pick<ContainerPlace, "evaluate">,
): Promise<EvaluatedContainer> {
  const all = async (texts: readonly string[]) => {
    const values: string[] = [];
    for (const text of texts) values.push(await evaluate(text));
    return values;
  };
  const env: Record<string, string> = {};
  for (const { name, value } of decl.env) env[name] = await evaluate(value, { ...env });
  return {
    env,
    decl: {
      ...decl,
      exec: (await evaluate(decl.exec)).trim(),
      image: (await evaluate(decl.image)).trim(),
      name: (await evaluate(decl.name)).trim(),
      volumes: await all(decl.volumes),
      user: await evaluate(decl.user),
      workingDir: await evaluate(decl.workingDir),
      platform: await evaluate(decl.platform),
      ports: await all(decl.ports),
      network: (await evaluate(decl.network)).trim(),
      command: await all(decl.command),
      logPattern: await evaluate(decl.logPattern),
    },
  };
}

/** What the container itself is to run. */
export type MainCommand =
  /** The command of the step, or what the image runs. */
  | { readonly kind: "step"; readonly words: Words | null }
  /** What `startup` says; commands run in it by exec. */
  | { readonly kind: "startup" };

/** @throws DaguError for ports, volumes or patterns that cannot be used. */
export async function newContainer(
  { decl, env }: EvaluatedContainer,
  main: MainCommand,
  place: ContainerPlace,
): Promise<NewContainer> {
  if (decl.image === "") throw new DaguError("Cannot make a container: the name of its image is empty");
  // A mistake in the pattern is told before anything is started.
  if (decl.logPattern !== "") new LinearRegex(decl.logPattern);
  const idle = main.kind === "startup" && decl.startup === "keepalive";
  return {
    image: decl.image,
    pull: decl.pullPolicy,
    login: decl.pullPolicy === "never" ? null : await place.login(decl.image),
    platform: decl.platform,
    name: decl.name,
    body: bodyOf(decl, { ...place.env, ...env }, idle, place),
    command: main.kind === "step" ? main.words : startupCommand(decl),
    idle,
    waitHealthy: decl.waitFor === "healthy",
    logPattern: decl.logPattern,
    keep: decl.keepContainer,
  };
}

/** The same container, but only waiting for commands. */
export function idlingContainer(container: NewContainer): NewContainer {
  const host = { ...container.body.HostConfig as Body | undefined, Init: true };
  return { ...container, idle: true, command: IDLE, body: { ...container.body, HostConfig: host } };
}

function startupCommand(decl: ContainerDecl): Words | null {
  if (decl.startup === "keepalive") return IDLE;
  return decl.startup === "command" ? decl.command : null;
}

function bodyOf(
  decl: ContainerDecl,
  env: Readonly<Record<string, string>>,
  idle: boolean,
  place: ContainerPlace,
): Body {
  const { exposed, bindings } = portBindings(decl.ports);
  const host: Record<string, unknown> = {};
  const binds = decl.volumes.filter((text) => text !== "").map((text) => bindText(text, place.workingDir));
  if (binds.length > 0) host.Binds = binds;
  if (decl.ports.length > 0) host.PortBindings = bindings;
  if (decl.restartPolicy !== "") host.RestartPolicy = restartPolicy(decl.restartPolicy);
  // A process of its own hears signals at once, and takes away what commands left behind.
  if (idle) host.Init = true;
  const body: Record<string, unknown> = {
    Env: envTexts(env),
    HostConfig: host,
    Labels: decl.keepContainer ? {} : { ...place.labels },
  };
  if (decl.user !== "") body.User = decl.user;
  if (decl.workingDir !== "") body.WorkingDir = decl.workingDir;
  if (decl.ports.length > 0) body.ExposedPorts = exposed;
  if (decl.network !== "") {
    host.NetworkMode = decl.network;
    if (!/^(?:none|host|bridge|default|container:.*)$/.test(decl.network)) {
      body.NetworkingConfig = { EndpointsConfig: { [decl.network]: {} } };
    }
  }
  return body;
}

function restartPolicy(text: string): Record<string, unknown> {
  const [name, count = ""] = text.split(":");
  return count === "" ? { Name: name } : { Name: name, MaximumRetryCount: Number(count) };
}

/** `K=V`, as the engine takes variables. */
export function envTexts(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}
