/** What the agent asks the code in the worker to do. Everything is evaluated; paths of the host are absolute. */
import type { PermissionSet } from "../../core/permissions.ts";

/** Where an engine listens. */
export type Engine =
  | { readonly kind: "socket"; readonly path: string; readonly version: string }
  | {
    readonly kind: "tcp";
    readonly host: string;
    readonly port: number;
    /** PEM texts; null talks without TLS. `ca` is "" for the authorities of the system. */
    readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | null;
    readonly version: string;
  };

/** Login at a registry, as the engine takes it: `username` and `password`, or `identitytoken`; `serveraddress`. */
export type RegistryLogin = Readonly<Record<string, string>>;

/** A member of the engine's API as JSON. */
export type Body = Readonly<Record<string, unknown>>;

/** One command: program and arguments. */
export type Words = readonly string[];

/** A container to create. */
export interface NewContainer {
  readonly image: string;
  readonly pull: "always" | "never" | "missing";
  readonly login: RegistryLogin | null;
  /** "" leaves it to the engine. */
  readonly platform: string;
  /** "" lets the engine choose. */
  readonly name: string;
  /** Body of the engine's create call, without what the fields here say. */
  readonly body: Body;
  /** What the container itself runs; null leaves it to the image. */
  readonly command: Words | null;
  /** Nothing but a wait: `command` replaces the image's entry point too, and nothing is lost by killing it. */
  readonly idle: boolean;
  readonly waitHealthy: boolean;
  /** Regular expression; "" waits for no line of its log. */
  readonly logPattern: string;
  /** Leave the container when it has ended. */
  readonly keep: boolean;
}

/** How commands run inside a container that runs. */
export interface ExecOptions {
  /** "" takes the container's. */
  readonly user: string;
  readonly workingDir: string;
  /** `K=V`. */
  readonly env: readonly string[];
}

export type DockerWork =
  /** Runs a container's own command to its end. One of that name that runs already gets it by exec. */
  | {
    readonly kind: "run";
    readonly container: NewContainer;
    readonly exec: ExecOptions;
  }
  /** Runs commands, one after the other, in a container made for them. */
  | {
    readonly kind: "session";
    readonly container: NewContainer;
    readonly commands: readonly Words[];
    readonly exec: ExecOptions;
  }
  /** Runs commands in a container that runs: made by `open`, or a stranger's. */
  | {
    readonly kind: "exec";
    readonly target: string;
    readonly commands: readonly Words[];
    readonly exec: ExecOptions;
    /** The run made the container: it need not be waited for. */
    readonly own: boolean;
  }
  /** Starts a container and leaves it running. Output: {@link Opened} as JSON. */
  | { readonly kind: "open"; readonly container: NewContainer }
  | { readonly kind: "close"; readonly id: string; readonly container: NewContainer }
  /** Output: {@link Found} as JSON, of the containers that carry a label. */
  | { readonly kind: "list"; readonly label: string }
  | { readonly kind: "remove"; readonly ids: readonly string[] };

export interface DockerRequest {
  readonly engine: Engine;
  readonly work: DockerWork;
  /** Milliseconds between a polite end and a kill. */
  readonly graceMs: number;
}

/** A container that runs; `made` is false for one of that name that was there. */
export interface Opened {
  readonly id: string;
  readonly made: boolean;
}

export interface Found {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The engine in a form that `DOCKER_HOST` would have. */
export function engineText(engine: Engine): string {
  return engine.kind === "socket" ? `unix://${engine.path}` : `tcp://${engine.host}:${engine.port}`;
}

/** Access to the engine and to nothing else. */
export function dockerPermissions({ engine }: Pick<DockerRequest, "engine">): PermissionSet {
  if (engine.kind === "tcp") {
    const host = engine.host.includes(":") ? `[${engine.host}]` : engine.host;
    return { net: [`${host}:${engine.port}`] };
  }
  return { net: [`unix:${engine.path}`], read: [engine.path], write: [engine.path] };
}
