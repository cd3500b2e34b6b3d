/** A real OpenSSH server on loopback, with keys made for it. */
import { processStat } from "../../src/platform/process/identity.ts";
import { allProcesses } from "../../src/platform/process/process_table.ts";
import { which } from "../needs.ts";
import { pause } from "./home.ts";
import { freePort } from "./free_port.ts";

export interface SshdOptions {
  /** Types of the host keys, ed25519 unless given. */
  readonly hostKeys?: readonly string[];
  /** Further lines of its configuration. */
  readonly config?: readonly string[];
  /** Another user than root logs in: the server treats the two differently. Needs `unshare`. */
  readonly guest?: boolean;
}

const GUEST = "dagu-guest";
export const GUEST_PASSWORD = "it's right";
/** Made by `openssl passwd -6`. */
const GUEST_HASH =
  "$6$guest$94m5WuwhDc0dkQijYS0Z4HJ/3/S0b4KIBs.DOTKMyyz8OcezyxOKpTM7isEdtYuVyrAWRlgacziqyTIZ9WlTx/";
/** Gives a program a list of users of its own. */
const WITH_USERS = 'mount --bind "$1" /etc/passwd && shift && exec "$@"';
const START_MS = 60_000;

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

  static async start(options: SshdOptions = {}): Promise<Sshd> {
    const { hostKeys = ["ed25519"] } = options;
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sshd-" }));
    // The other user has to come to the file of the keys.
    await Deno.chmod(folder, 0o711);
    for (const type of hostKeys) makeKey(`${folder}/host_${type}`, type);
    makeKey(`${folder}/user`, "ed25519");
    await Deno.copyFile(`${folder}/user.pub`, `${folder}/authorized`);
    // The server drops its rights there; only its package makes the folder.
    await Deno.mkdir("/run/sshd", { recursive: true }).catch(() => {});
    for (let tries = 1;; tries++) {
      const sshd = await Sshd.#listening(folder, hostKeys, options);
      if (sshd) return sshd;
      if (tries === 5) throw new Error(`The SSH server does not start: ${readLog(folder)}`);
    }
  }

  /** null when it ended, because somebody else has taken the port meanwhile. */
  static async #listening(
    folder: string,
    hostKeys: readonly string[],
    { config = [], guest = false }: SshdOptions,
  ): Promise<Sshd | null> {
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
      // bash takes itself for a shell inside of another one, and leaves the user's own start files alone.
      "SetEnv SHLVL=2",
      `PidFile ${folder}/pid`,
      "LogLevel VERBOSE",
    ];
    // What is given comes first, because the first of equal settings counts.
    await Deno.writeTextFile(`${folder}/config`, [...config, ...lines, ""].join("\n"));
    await Deno.writeTextFile(`${folder}/log`, "");
    const server = [which("sshd"), "-D", "-f", `${folder}/config`, "-E", `${folder}/log`];
    const [program, ...args] = guest ? [...withGuest(folder), ...server] : server;
    const process = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null" })
      .spawn();
    let ended = false;
    void process.status.then(() => ended = true);
    const user = guest ? GUEST : output("id", ["-un"]).trim();
    for (let waited = 0; waited < START_MS && !ended; waited += 10) {
      if (readLog(folder).includes("Server listening")) return new Sshd(folder, port, user, process);
      await pause(10);
    }
    if (!ended) process.kill("SIGKILL");
    await process.status;
    return null;
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
    return this.log.split("Connection from ").length - 1;
  }

  /** What the server has said so far. */
  get log(): string {
    return readLog(this.folder);
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

  /** Ends the processes that serve connections; another signal may only halt them. */
  cutConnections(signal: Deno.Signal = "SIGKILL"): void {
    for (const pid of allProcesses()) {
      if (processStat(pid)?.parent !== this.#process.pid) continue;
      try {
        Deno.kill(pid, signal);
      } catch (error) {
        // It has just ended.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutConnections();
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await Deno.remove(this.folder, { recursive: true });
  }
}

function readLog(folder: string): string {
  return Deno.readTextFileSync(`${folder}/log`);
}

/** The command line that runs another one where the guest is a user. */
function withGuest(folder: string): string[] {
  const line = `${GUEST}:${GUEST_HASH}:64321:65534::/tmp:/bin/sh\n`;
  Deno.writeTextFileSync(`${folder}/passwd`, Deno.readTextFileSync("/etc/passwd") + line);
  return ["unshare", "-m", "sh", "-c", WITH_USERS, "sh", `${folder}/passwd`];
}

/** Makes a pair of keys; the public one ends with `.pub`. */
export function makeKey(path: string, type: string, more: readonly string[] = [], passphrase = ""): void {
  output("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "", "-f", path, ...more]);
}

/** The same pair, with its private half in another form. @param path may be `from` itself */
export function changeKey(from: string, path: string, form: readonly string[], passphrase: string): void {
  if (path !== from) { for (const end of ["", ".pub"]) Deno.copyFileSync(from + end, path + end); }
  output("ssh-keygen", ["-q", "-p", "-P", "", "-N", passphrase, "-f", path, ...form]);
}

/** What a program prints. @throws Error when it fails. */
export function output(program: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { code, stdout, stderr } = new Deno.Command(program, { args: [...args], env, stdin: "null" })
    .outputSync();
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
