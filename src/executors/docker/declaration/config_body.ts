/** What the `config` of a step of type `docker` means: members of the engine's own API, with templates in them. */
import { DaguError } from "../../../core/errors.ts";
import { bindText } from "./bind_text.ts";
import { type ContainerPlace, envTexts } from "./container_body.ts";
import type { Body, ExecOptions, NewContainer, Words } from "../request.ts";

type Config = Readonly<Record<string, unknown>>;

/** A `config` with everything in it evaluated. */
export interface EvaluatedConfig {
  /** "" uses a container that runs. */
  readonly image: string;
  /** Name of the container to use, or for the new one. */
  readonly containerName: string;
  readonly rest: Config;
}

/** @throws DaguError when neither an image nor a container is named. */
export async function evaluateConfig(
  config: Config,
  { evaluate }: Pick<ContainerPlace, "evaluate">,
): Promise<EvaluatedConfig> {
  const rest = await evaluateDeep(config, evaluate) as Config;
  const image = textOf(rest.image).trim();
  const containerName = textOf(rest.containerName).trim();
  if (image === "" && containerName === "") {
    throw new DaguError(
      'Cannot run a docker step without "image" or "containerName" in its config: the first makes a container, ' +
        "the second names one that runs",
    );
  }
  if (image !== "" && rest.exec !== undefined) {
    throw new DaguError(
      '"exec" in the config of a docker step is for a running container: leave "image" away',
    );
  }
  return { image, containerName, rest };
}

/** The container that a config with an image asks for. */
export async function configContainer(
  { image, containerName, rest }: EvaluatedConfig,
  words: Words | null,
  place: ContainerPlace,
): Promise<NewContainer> {
  const pull = pullPolicy(rest.pull);
  const keep = rest.autoRemove !== undefined && !isTrue(rest.autoRemove);
  const body = canonical(rest.container, ["Env", "Labels", "WorkingDir", "Image", "Cmd", "Tty"]);
  const host = canonical(rest.host, ["Binds", "AutoRemove"]);
  const volumes = listOf(rest.volumes).map((text) => bindText(text, place.workingDir));
  const workingDir = textOf(rest.workingDir);
  const own = body.Cmd === undefined ? null : listOf(body.Cmd);
  delete body.Cmd;
  return {
    image,
    pull,
    login: pull === "never" ? null : await place.login(image),
    platform: textOf(rest.platform),
    name: containerName,
    body: {
      ...body,
      ...(workingDir === "" ? {} : { WorkingDir: workingDir }),
      Env: [...envTexts(place.env), ...listOf(body.Env)],
      Labels: { ...body.Labels as Body | undefined, ...(keep ? {} : place.labels) },
      HostConfig: {
        ...host,
        ...(volumes.length === 0 ? {} : { Binds: [...listOf(host.Binds), ...volumes] }),
        // It is removed here, when its output and its end are known.
        AutoRemove: false,
      },
      ...(rest.network === undefined ? {} : { NetworkingConfig: rest.network }),
    },
    command: words ?? own,
    idle: false,
    waitHealthy: false,
    logPattern: "",
    keep,
  };
}

/** How commands run in the container that a config without image names. */
export function configExec({ rest }: EvaluatedConfig, env: Readonly<Record<string, string>>): ExecOptions {
  const exec = canonical(rest.exec, ["User", "WorkingDir", "Env"]);
  return {
    user: textOf(exec.User),
    workingDir: textOf(exec.WorkingDir) || textOf(rest.workingDir),
    env: [...envTexts(env), ...listOf(exec.Env)],
  };
}

async function evaluateDeep(value: unknown, evaluate: ContainerPlace["evaluate"]): Promise<unknown> {
  if (typeof value === "string") return await evaluate(value);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await evaluateDeep(item, evaluate));
    return items;
  }
  if (value === null || typeof value !== "object") return value;
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) members[name] = await evaluateDeep(member, evaluate);
  return members;
}

/** The engine does not tell capitals in names apart; the names that are looked at here get their usual form. */
function canonical(value: unknown, names: readonly string[]): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new DaguError(`A part of the config of a docker step must be a map, got ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      names.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name,
      member,
    ]),
  );
}

function pullPolicy(value: unknown): NewContainer["pull"] {
  const text = value === undefined || value === null ? "" : String(value);
  switch (text) {
    case "":
    case "missing":
      return "missing";
    case "always":
    case "true":
      return "always";
    case "never":
    case "false":
      return "never";
    default:
      throw new DaguError(
        `Unknown pull policy "${text}" of a docker step, expected always, missing or never`,
      );
  }
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (value !== null && typeof value === "object") {
    return Object.entries(value).map(([name, member]) => `${name}=${textOf(member)}`);
  }
  return value === undefined || value === null ? [] : [String(value)];
}

function isTrue(value: unknown): boolean {
  return /^(?:true|1|yes|on)$/i.test(String(value));
}
