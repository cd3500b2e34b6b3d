/** A container declaration in the shape that Dagu 1.30 stores: capital keys, every one of them present. */
import type { ContainerDecl } from "../../../core/declarations.ts";
import { flag, isObject, splitPair, text, texts } from "./json_read.ts";

/** By the number that stands for each. */
const PULL_POLICIES = ["always", "never", "missing"] as const;

export function containerToJson(container: ContainerDecl): Record<string, unknown> {
  // Dagu has no numbers for what a running container does not need.
  const made = container.exec === "";
  return {
    Exec: container.exec,
    Name: container.name,
    Image: container.image,
    PullPolicy: made ? PULL_POLICIES.indexOf(container.pullPolicy) : 0,
    Env: listOrNull(container.env.map(({ name, value }) => `${name}=${value}`)),
    Volumes: listOrNull(container.volumes),
    User: container.user,
    WorkingDir: container.workingDir,
    WorkDir: "",
    Platform: container.platform,
    Ports: listOrNull(container.ports),
    Network: container.network,
    KeepContainer: container.keepContainer,
    Startup: made ? container.startup : "",
    Command: listOrNull(container.command),
    WaitFor: made ? container.waitFor : "",
    LogPattern: container.logPattern,
    RestartPolicy: container.restartPolicy,
  };
}

/** null when there is none. */
export function containerFromJson(json: unknown): ContainerDecl | null {
  if (!isObject(json)) return null;
  const startup = text(json, "Startup");
  return {
    exec: text(json, "Exec"),
    image: text(json, "Image"),
    name: text(json, "Name"),
    pullPolicy: (text(json, "Exec") === "" && PULL_POLICIES[Number(json.PullPolicy)]) || "missing",
    env: texts(json, "Env").map(splitPair),
    volumes: texts(json, "Volumes"),
    user: text(json, "User"),
    workingDir: text(json, "WorkingDir") || text(json, "WorkDir"),
    platform: text(json, "Platform"),
    ports: texts(json, "Ports"),
    network: text(json, "Network"),
    keepContainer: flag(json, "KeepContainer"),
    startup: startup === "entrypoint" || startup === "command" ? startup : "keepalive",
    command: texts(json, "Command"),
    waitFor: text(json, "WaitFor") === "healthy" ? "healthy" : "running",
    logPattern: text(json, "LogPattern"),
    restartPolicy: text(json, "RestartPolicy"),
  };
}

function listOrNull(values: readonly string[]): readonly string[] | null {
  return values.length > 0 ? values : null;
}
