/** Runs short commands for backticks and conditions. */

export interface CommandRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** "" means the current directory. */
  readonly cwd: string;
  /** Ends the command with everything in its process group. */
  readonly signal?: AbortSignal;
  /** Called when the command was started. */
  readonly onProcessGroup?: (pgid: number) => void;
}

export interface CommandResult {
  readonly exitCode: number;
  /** Text of stdout, at most 1 MiB. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface Commands {
  /** @throws DaguError when the program cannot be started. */
  run(request: CommandRequest): Promise<CommandResult>;
}
