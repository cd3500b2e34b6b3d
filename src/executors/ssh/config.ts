/** Settings of an ssh step: its own `config` over the `ssh` of its DAG. */
import type { SshBastionDecl, SshDecl } from "../../core/declarations.ts";
import type { Shell } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { splitWords } from "../../eval/words.ts";
import { osEnv } from "../../platform/os_env.ts";
import { join } from "../../platform/files/path.ts";
import { realFile, realPath } from "../../platform/files/real_path.ts";
import type { RunSetup, StepTask } from "../../ports/executor.ts";
import type { SshHop, SshKey } from "./request.ts";

/** Keys that are tried when none is named, in this order, below `~/.ssh`. */
const USUAL_KEYS = ["id_rsa", "id_ecdsa", "id_ed25519", "id_dsa"];
const USUAL_TIMEOUT_MS = 30_000;

export interface SshSettings {
  readonly hops: readonly SshHop[];
  readonly shell: Shell | null;
}

/** Values as they are written; absent means not given. */
type Raw = Readonly<Record<string, unknown>>;

/**
 * Evaluates the settings and finds the files.
 * @throws DaguError when something is missing or cannot be used.
 */
export async function sshSettings(task: StepTask): Promise<SshSettings> {
  const raw = merged(task.step.executor.config, task.dag.ssh as SshDecl | null);
  const reader = new Reader(task, `step "${task.step.name}"`);
  const bastion = raw.bastion as Raw | undefined;
  const strict = await reader.flag(raw.strictHostKey, "strictHostKey", true);
  const knownHosts = strict ? await reader.knownHosts(raw.knownHostFile) : { path: "", name: "" };
  const hops: SshHop[] = [];
  const common = { ...knownHosts, timeoutMs: await reader.timeout(raw.timeout) };
  if (bastion) hops.push(await reader.hop({ user: raw.user, ...bastion }, "bastion.", common));
  hops.push(await reader.hop(raw, "", common));
  const own = task.step.shell?.program ? task.step.shell : null;
  const shell = own ?? await reader.shell(raw.shell, raw.shellArgs);
  return { hops, shell: shell?.program === "direct" ? null : shell };
}

/**
 * Looks for the files that the `ssh` of a DAG names, so that a run that cannot log in has not done half of its work.
 * Names with references are left for the steps: they may be of what a step puts out.
 * @throws DaguError when one is missing.
 */
export async function checkFiles(setup: RunSetup): Promise<void> {
  const { strictHostKey, knownHostFile, key, bastion } = setup.dag.ssh as SshDecl;
  const reader = new Reader(setup, "steps");
  if (strictHostKey && isPlain(knownHostFile)) await reader.knownHosts(knownHostFile);
  for (const [text, prefix] of [[key, ""], [bastion?.key ?? "", "bastion."]] as const) {
    if (text !== "" && isPlain(text)) await reader.key(text, "", prefix);
  }
}

function isPlain(text: string): boolean {
  return !/[$`]/.test(text);
}

function merged(config: Raw, decl: SshDecl | null): Raw {
  const own = Object.fromEntries(Object.entries(config).filter(([, value]) => isGiven(value)));
  if (!decl) return own;
  const { bastion, shellArgs, ...rest } = decl;
  const inherited: Record<string, unknown> = Object.fromEntries(
    Object.entries({ ...rest, bastion: bastion ? given(bastion) : undefined }).filter(([, v]) => isGiven(v)),
  );
  if (shellArgs.length > 0) inherited.shellArgs = shellArgs;
  if (own.shell !== undefined) delete inherited.shellArgs;
  // One way to log in replaces the other.
  if (own.key !== undefined || own.password !== undefined || own.agent !== undefined) {
    for (const name of ["key", "passphrase", "password", "agent"]) delete inherited[name];
  }
  return { ...inherited, ...own };
}

function given(bastion: SshBastionDecl): Raw {
  return Object.fromEntries(Object.entries(bastion).filter(([, value]) => isGiven(value)));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

interface Common {
  readonly path: string;
  readonly name: string;
  readonly timeoutMs: number;
}

class Reader {
  readonly #place: Pick<StepTask, "evaluate" | "workingDir">;
  readonly #what: string;
  readonly #os = osEnv();

  /** @param what is to be run, for error texts */
  constructor(place: Pick<StepTask, "evaluate" | "workingDir">, what: string) {
    this.#place = place;
    this.#what = what;
  }

  async text(value: unknown): Promise<string> {
    return isGiven(value) ? await this.#place.evaluate(String(value)) : "";
  }

  async flag(value: unknown, name: string, otherwise: boolean): Promise<boolean> {
    if (typeof value === "boolean") return value;
    const text = (await this.text(value)).trim().toLowerCase();
    if (text === "") return otherwise;
    if (text === "true" || text === "false") return text === "true";
    throw this.#error(`"${name}" is "${text}", expected true or false`);
  }

  /** A list gives program and arguments as they are, a text is split into words. */
  async shell(value: unknown, args: unknown): Promise<Shell | null> {
    const [words, more] = await Promise.all([this.#texts(value), this.#texts(args)]);
    const all = Array.isArray(value) ? words : splitWords(words[0] ?? "");
    const [program = "", ...rest] = [...all, ...more];
    return program === "" ? null : { program, args: rest };
  }

  async #texts(value: unknown): Promise<string[]> {
    const list = Array.isArray(value) ? value : isGiven(value) ? [value] : [];
    return await Promise.all(list.map((text) => this.text(text)));
  }

  async timeout(value: unknown): Promise<number> {
    const text = (await this.text(value)).trim();
    if (text === "") return USUAL_TIMEOUT_MS;
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
    const ms = match ? Number(match[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? "s"]! : 0;
    if (ms > 0) return Math.min(ms, 2 ** 31 - 1);
    throw this.#error(`"timeout" is "${text}", expected a duration such as "30s"`);
  }

  /** @param prefix in front of the names of fields, for error texts */
  async hop(raw: Raw, prefix: string, common: Common): Promise<SshHop> {
    const host = (await this.text(raw.host ?? raw.ip)).trim().replace(/^\[(.*)\]$/, "$1");
    if (host === "") {
      throw this.#error(
        `"${prefix}host" is not given, neither in the step's "config" nor in the DAG's "ssh"`,
      );
    }
    const port = await this.#port(raw.port, prefix);
    const user = (await this.text(raw.user)).trim() || this.#os.USER || this.#os.LOGNAME || "";
    if (user === "") throw this.#error(`"${prefix}user" is not given`);
    const password = await this.text(raw.password);
    const passphrase = await this.text(raw.passphrase);
    const key = await this.text(raw.key);
    let agent = await this.#agent(raw.agent);
    let keys: SshKey[] = [];
    if (key !== "") keys = [await this.key(key, passphrase, prefix)];
    else if (password === "" && agent === "") {
      keys = await this.#usualKeys(passphrase);
      if (keys.length === 0 && this.#os.SSH_AUTH_SOCK) agent = await this.#agent(true);
      if (keys.length === 0 && agent === "") {
        const names = USUAL_KEYS.join(", ");
        throw this.#error(
          `there is no way to log in at "${host}": give "${prefix}key", "${prefix}password" or ` +
            `"${prefix}agent: true"; none of the keys ${names} was found in ~/.ssh`,
        );
      }
    }
    const { path: knownHosts, name: knownHostsName, timeoutMs } = common;
    return { host, port, user, keys, agent, password, knownHosts, knownHostsName, timeoutMs };
  }

  async knownHosts(value: unknown): Promise<{ path: string; name: string }> {
    const given = await this.text(value);
    const name = given || this.#home(".ssh/known_hosts");
    const path = await realPath(this.#absolute(name));
    if (path !== null) return { path, name };
    throw this.#error(
      `the known-hosts file "${name}" is not found, so the host cannot be told from an impostor: write the host's key ` +
        `there (ssh-keyscan prints it, check it with whoever runs the host), name another file in ` +
        `"knownHostFile", or set "strictHostKey: false"`,
    );
  }

  async #port(value: unknown, prefix: string): Promise<number> {
    const text = (await this.text(value)).trim() || "22";
    const port = Number(text);
    if (/^\d+$/.test(text) && port > 0 && port <= 65535) return port;
    throw this.#error(`"${prefix}port" is "${text}", expected a number up to 65535`);
  }

  async key(key: string, passphrase: string, prefix: string): Promise<SshKey> {
    if (key.includes("-----BEGIN ") || key.startsWith("PuTTY-User-Key-File-")) {
      return { path: "", text: key, passphrase, usual: false };
    }
    try {
      return { path: await realFile(this.#absolute(key)), text: "", passphrase, usual: false };
    } catch (error) {
      if (!(error instanceof DaguError)) throw error;
      throw this.#error(`"${prefix}key" is "${key}", which is not found or no file`);
    }
  }

  async #usualKeys(passphrase: string): Promise<SshKey[]> {
    const keys: SshKey[] = [];
    for (const name of USUAL_KEYS) {
      const real = await realPath(this.#home(`.ssh/${name}`));
      if (real !== null) keys.push({ path: real, text: "", passphrase, usual: true });
    }
    return keys;
  }

  /** `true` is the agent that the environment names, a text its socket. */
  async #agent(value: unknown): Promise<string> {
    const text = (await this.text(value)).trim();
    if (text === "" || text === "false") return "";
    const socket = text === "true" ? this.#os.SSH_AUTH_SOCK ?? "" : text;
    if (socket === "") throw this.#error('"agent" is true, but SSH_AUTH_SOCK names no key agent');
    const path = await realPath(this.#absolute(socket));
    if (path === null) throw this.#error(`the socket "${socket}" of the key agent is not found`);
    return path;
  }

  #home(path: string): string {
    return join(this.#os.HOME ?? "/", path);
  }

  #absolute(path: string): string {
    if (path.startsWith("~/")) return this.#home(path.slice(2));
    return path.startsWith("/") ? path : join(this.#place.workingDir, path);
  }

  #error(reason: string): DaguError {
    return new DaguError(`Cannot run ${this.#what} over ssh: ${reason}`);
  }
}
