/** Services that run as processes of their own over one home. */
import { type Home, isCompiled, programArgs, until } from "./home.ts";

export class ServiceProcess {
  readonly pid: number;
  readonly ended: Promise<Deno.CommandStatus>;
  readonly #log: string;

  constructor(child: Deno.ChildProcess, log: string) {
    this.pid = child.pid;
    this.ended = child.status;
    this.#log = log;
  }

  /** What it wrote on standard error. */
  get said(): string {
    try {
      return Deno.readTextFileSync(this.#log);
    } catch {
      return "";
    }
  }

  async says(text: string): Promise<void> {
    await until(() => this.said.includes(text), `"${text}" of the service`, () => this.said);
  }

  signal(name: Deno.Signal): void {
    Deno.kill(this.pid, name);
  }

  /** @returns its exit code. */
  async stop(): Promise<number> {
    this.signal("SIGTERM");
    return (await this.ended).code;
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended;
  }
}

let count = 0;

/**
 * @param args the command and its flags
 * @param denoFlags for the Deno that runs the sources; a compiled program gets none
 */
export function startService(
  home: Home,
  args: readonly string[],
  more: Record<string, string> = {},
  denoFlags: readonly string[] = [],
): ServiceProcess {
  const log = `${home.path}/${args[0]}-${++count}.log`;
  const [program, ...first] = programArgs();
  if (!isCompiled()) first.splice(1, 0, ...denoFlags);
  // The log is written by the system, so that a paused or killed service loses none of it.
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$@" 2>"$0"', log, program, ...first, ...args],
    cwd: home.path,
    env: home.env(more),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return new ServiceProcess(child, log);
}
