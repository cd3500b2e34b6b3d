/** A real OpenSSH server on loopback, with keys made for it. */
import { processStat } from "../../src/platform/identity.ts";
import { allProcesses } from "../../src/platform/process_table.ts";
import { which } from "../needs.ts";
import { until } from "./home.ts";

export interface SshdOptions {
  /** Types of the host keys, ed25519 unless given. */
  readonly hostKeys?: readonly string[];
  /** Further lines of its configuration. */
  readonly config?: readonly string[];
}

export class Sshd implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;

  private constructor(
    /** Folder with keys and all else. */
    readonly folder: string,
    readonly port: number,
    readonly user: string,
    process: Deno.ChildProcess,
  ) {
    this.#process = process;
  }

  static async start({ hostKeys = ["ed25519"], config = [] }: SshdOptions = {}): Promise<Sshd> {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sshd-" }));
    for (const type of hostKeys) makeKey(`${folder}/host_${type}`, type);
    makeKey(`${folder}/user`, "ed25519");
    await Deno.copyFile(`${folder}/user.pub`, `${folder}/authorized`);
    const port = freePort();
    const lines = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      ...hostKeys.map((type) => `HostKey ${folder}/host_${type}`),
      `AuthorizedKeysFile ${folder}/authorized`,
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "UsePAM no",
      "StrictModes no",
      "PermitRootLogin yes",
      "MaxStartups 100",
      `PidFile ${folder}/pid`,
      "LogLevel VERBOSE",
    ];
    // What is given comes first, because the first of equal settings counts.
    await Deno.writeTextFile(`${folder}/config`, [...config, ...lines, ""].join("\n"));
    // The server drops its rights there; only its package makes the folder.
    await Deno.mkdir("/run/sshd", { recursive: true }).catch(() => {});
    const process = new Deno.Command(which("sshd"), {
      args: ["-D", "-f", `${folder}/config`, "-E", `${folder}/log`],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const sshd = new Sshd(folder, port, output("id", ["-un"]).trim(), process);
    await until(() => sshd.#log().includes("Server listening"), "the SSH server", 20_000, () => sshd.#log());
    return sshd;
  }

  /** Settings of a step that log in with the key of the user and accept the host. */
  get login(): Record<string, unknown> {
    return {
      user: this.user,
      host: "127.0.0.1",
      port: String(this.port),
      key: `${this.folder}/user`,
      strictHostKey: false,
    };
  }

  /** How many connections there have been. */
  get connections(): number {
    return this.#log().split("Connection from ").length - 1;
  }

  /** Lets another key in. @param path of its private half */
  async authorize(path: string): Promise<void> {
    const text = await Deno.readTextFile(`${path}.pub`);
    await Deno.writeTextFile(`${this.folder}/authorized`, text, { append: true });
  }

  /** A line of a file of known hosts. */
  knownHost(type = "ed25519", names = `[127.0.0.1]:${this.port}`): string {
    const [name, key] = Deno.readTextFileSync(`${this.folder}/host_${type}.pub`).split(" ");
    return `${names} ${name} ${key}\n`;
  }

  /** Ends the processes that serve connections. */
  cutConnections(): void {
    for (const pid of allProcesses()) {
      if (processStat(pid)?.parent === this.#process.pid) Deno.kill(pid, "SIGKILL");
    }
  }

  #log(): string {
    try {
      return Deno.readTextFileSync(`${this.folder}/log`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutConnections();
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Makes a pair of keys; the public one ends with `.pub`. */
export function makeKey(path: string, type: string, more: readonly string[] = [], passphrase = ""): void {
  output("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "", "-f", path, ...more]);
}

/** What a program prints. @throws Error when it fails. */
export function output(program: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { code, stdout, stderr } = new Deno.Command(program, { args: [...args], env, stdin: "null" })
    .outputSync();
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** A port of loopback that nothing listens on. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
