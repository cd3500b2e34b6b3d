/** What is used of the ssh2 package, which brings no types. */

/** Calls back with an error, or null and a result. */
export type Callback<T> = (error: Error | undefined | null, result: T) => void;

export interface SshChannel extends AsyncIterable<Uint8Array> {
  readonly stderr: AsyncIterable<Uint8Array>;
  /** `code` is null when a signal ended the program. */
  once(event: "exit", listener: (code: number | null, signal?: string) => void): this;
  once(event: "close", listener: () => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  write(data: string): boolean;
  end(data?: string): void;
  close(): void;
  readonly outgoing: { readonly id: number; readonly state: "open" | "eof" | "closing" | "closed" };
}

export interface SshPrompt {
  readonly prompt: string;
  readonly echo: boolean;
}

/** One try to log in. */
export type SshLogin =
  | { readonly type: "publickey"; readonly username: string; readonly key: ParsedKey }
  | { readonly type: "agent"; readonly username: string; readonly agent: SshAgent }
  | { readonly type: "password"; readonly username: string; readonly password: string }
  | {
    readonly type: "keyboard-interactive";
    readonly username: string;
    readonly prompt: (
      name: string,
      instructions: string,
      language: string,
      prompts: readonly SshPrompt[],
      finish: (answers: readonly string[]) => void,
    ) => void;
  };

export interface SshConnectOptions {
  readonly host?: string;
  readonly port?: number;
  readonly username: string;
  /** Speaks through another connection. */
  readonly sock?: SshChannel;
  readonly readyTimeout: number;
  readonly keepaliveInterval: number;
  readonly keepaliveCountMax: number;
  readonly algorithms: Readonly<Record<string, readonly string[]>>;
  /** The key is raw. */
  readonly hostVerifier: (key: Uint8Array) => boolean;
  /** Says what to try next; `left` is null for the first try. */
  readonly authHandler: (
    left: readonly string[] | null,
    partial: boolean | null,
    next: (login: SshLogin | false) => void,
  ) => SshLogin | false | undefined;
}

export interface SshClient {
  once(event: "ready" | "end" | "close", listener: () => void): this;
  on(event: "error", listener: (error: SshError) => void): this;
  connect(options: SshConnectOptions): void;
  exec(command: string, callback: Callback<SshChannel>): void;
  forwardOut(
    fromHost: string,
    fromPort: number,
    host: string,
    port: number,
    callback: Callback<SshChannel>,
  ): void;
  setNoDelay(on: boolean): void;
  destroy(): void;
  /** Not public: see the use of it. */
  readonly _protocol?: { signal(channel: number, name: string): void };
}

export interface SshError extends Error {
  readonly level?: string;
  readonly code?: string;
}

export interface ParsedKey {
  /** As SSH names it, e.g. `ecdsa-sha2-nistp256`. */
  readonly type: string;
  getPrivatePEM(): string;
  sign(data: Uint8Array, hash?: string): Uint8Array | Error;
  verify(data: Uint8Array, signature: Uint8Array, hash?: string): boolean | Error;
  isPrivateKey(): boolean;
}

/** A program that holds keys and signs with them. */
export interface SshAgent {
  readonly socketPath: string;
  /** Called for each question with a stream of `node:stream`, which is closed after the answer. */
  getStream(callback: (error: Error | null, stream?: unknown) => void): void;
}

export interface Ssh2 {
  readonly Client: new () => SshClient;
  readonly OpenSSHAgent: new (path: string) => SshAgent;
  readonly utils: { parseKey(text: string, passphrase?: string): ParsedKey | readonly ParsedKey[] | Error };
}
