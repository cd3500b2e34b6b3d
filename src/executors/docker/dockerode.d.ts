/** The part of dockerode that is used; the package brings no types. */

export interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(error?: Error): void;
}

export interface DockerOptions {
  socketPath?: string;
  host?: string;
  port?: number;
  protocol?: "http" | "https";
  ca?: string;
  cert?: string;
  key?: string;
  version?: string;
}

/** Query and body are told apart by these two names. */
export interface Call {
  _query: Record<string, unknown>;
  _body: Record<string, unknown>;
}

export interface ContainerState {
  readonly Status: string;
  readonly Running: boolean;
  readonly ExitCode: number;
  readonly Error: string;
  readonly OOMKilled: boolean;
  readonly Health?: { readonly Status: string } | null;
}

export interface ContainerFacts {
  readonly Id: string;
  readonly State: ContainerState;
}

export interface ImageFacts {
  readonly Os: string;
  readonly Architecture: string;
  readonly Variant?: string;
}

export interface Exec {
  start(options: { Detach: boolean; Tty: boolean }): Promise<ByteStream>;
  inspect(): Promise<{ readonly Running: boolean; readonly ExitCode: number | null }>;
}

export interface Container {
  readonly id: string;
  attach(options: { stream: true; stdout: true; stderr: true }): Promise<ByteStream>;
  start(): Promise<unknown>;
  wait(): Promise<{ readonly StatusCode: number; readonly Error?: { readonly Message: string } | null }>;
  kill(options: { signal: string }): Promise<unknown>;
  stop(options: { t: number }): Promise<unknown>;
  remove(options: { force: boolean; v: boolean }): Promise<unknown>;
  inspect(): Promise<ContainerFacts>;
  exec(options: Record<string, unknown>): Promise<Exec>;
  logs(options: { follow: true; stdout: true; stderr: true }): Promise<ByteStream>;
}

export default class Docker {
  constructor(options: DockerOptions);
  createContainer(options: Call): Promise<Container>;
  getContainer(id: string): Container;
  getImage(name: string): { inspect(): Promise<ImageFacts> };
  createImage(login: Record<string, unknown>, options: Call): Promise<ByteStream>;
  listContainers(
    options: { all: boolean; filters: Record<string, readonly string[]> },
  ): Promise<{ readonly Id: string; readonly Labels: Record<string, string> }[]>;
}
