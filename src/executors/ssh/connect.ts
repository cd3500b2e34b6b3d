/** Connects to a host and logs in. */
import ssh2 from "ssh2";
import { DaguError, messageOf } from "../../core/errors.ts";
import { readTextIfExists } from "../../platform/files/files.ts";
import { fingerprint, KnownKeys } from "./known_hosts.ts";
import { hostPort, type SshHop, type SshKey } from "./request.ts";
import { keyAgent } from "./worker_agent.ts";
import { signableKey, signingKey } from "./worker_keys.ts";
import type { ParsedKey, Ssh2, SshChannel, SshClient, SshError, SshLogin } from "./ssh2_types.ts";

/** Two to five times as fast as the others here. Its code cannot be used by a connection inside of another one. */
const FASTEST = "chacha20-poly1305@openssh.com";
const CIPHERS = [
  "aes128-gcm@openssh.com",
  "aes256-ctr",
  "aes192-ctr",
  "aes128-ctr",
  "aes256-gcm@openssh.com",
];
const HOST_KEYS = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ssh-rsa",
];
/** A dead peer is noticed after a minute. */
const KEEPALIVE_MS = 15_000;
const KEEPALIVES = 4;

/**
 * @param through a channel of the host before this one, null to connect directly
 * @param carries whether other connections are to go through this one
 * @throws DaguError when the host cannot be reached, is not who it should be, or refuses the login.
 */
export async function connect(
  hop: SshHop,
  through: SshChannel | null,
  carries: boolean,
): Promise<SshClient> {
  const at = hostPort(hop.host, hop.port);
  const known = await knownKeys(hop);
  const logins = await loginsOf(hop);
  const { Client } = ssh2 as unknown as Ssh2;
  const client = new Client();
  let refused: Uint8Array | null = null;
  return await new Promise<SshClient>((resolve, reject) => {
    const fail = (error: Error) => {
      client.destroy();
      // Once the other side has ended it, the package closes a connection through another one no more.
      through?.close();
      if (refused && known) void refusal(refused, known, hop, at).then(reject);
      else reject(error);
    };
    client.on("error", (error) => fail(explained(error, hop, at)));
    for (const event of ["end", "close"] as const) {
      client.once(event, () => fail(new DaguError(`Cannot log in at ${at}: the host closed the connection`)));
    }
    client.once("ready", () => {
      client.setNoDelay(true);
      resolve(client);
    });
    client.connect({
      ...(through ? { sock: through } : { host: hop.host, port: hop.port }),
      username: hop.user,
      readyTimeout: hop.timeoutMs,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVES,
      algorithms: {
        cipher: carries ? [...CIPHERS, FASTEST] : [FASTEST, ...CIPHERS],
        serverHostKey: hostKeyOrder(known),
      },
      // Not by its call back: with that the package forgets to go on when the host was quicker.
      hostVerifier: (key) => {
        if (known === null || known.judge(base64(key)) === "known") return true;
        refused = key;
        return false;
      },
      authHandler: (left, _partial, next) => {
        const login = logins.next(left);
        // Only a call back may say that nothing is left.
        if (login === null) next(false);
        return login ?? undefined;
      },
    });
    // Without this the packets of the handshake wait for each other.
    client.setNoDelay(true);
  });
}

async function knownKeys({ knownHosts, host, port }: SshHop): Promise<KnownKeys | null> {
  if (knownHosts === "") return null;
  return await KnownKeys.of(await readTextIfExists(knownHosts) ?? "", host, port);
}

/** Keys of a known type first: a host with several would else show one that is not in the file. */
function hostKeyOrder(known: KnownKeys | null): string[] {
  const types = new Set(known?.types ?? []);
  const isKnown = (name: string) => types.has(name.startsWith("rsa-sha2-") ? "ssh-rsa" : name);
  return [...HOST_KEYS.filter(isKnown), ...HOST_KEYS.filter((name) => !isKnown(name))];
}

async function refusal(raw: Uint8Array, known: KnownKeys, hop: SshHop, at: string): Promise<DaguError> {
  const key = base64(raw);
  const type = new TextDecoder().decode(raw.subarray(4, 4 + raw[3]));
  const its = `Refused to log in at ${at}: its key ${type} ${await fingerprint(key)}`;
  const file = `"${hop.knownHostsName}"`;
  const line = hop.port === 22 ? hop.host : `[${hop.host}]:${hop.port}`;
  switch (known.judge(key)) {
    case "changed":
      return new DaguError(
        `${its} is not the one in ${file}: somebody may be between, or the host has a new key; ` +
          `when that is certain, replace the line of "${line}"`,
      );
    case "revoked":
      return new DaguError(`${its} is marked as revoked in ${file}`);
    default:
      return new DaguError(
        `${its} is not in ${file}; when it is the right one, add the line "${line} ${type} ${key}", ` +
          `or set "strictHostKey: false" to accept every key`,
      );
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** What is tried one after the other, as far as the host allows it. */
class Logins {
  #at = 0;
  constructor(readonly all: readonly SshLogin[]) {}

  /** @param left what the host allows, null when it has not said yet */
  next(left: readonly string[] | null): SshLogin | null {
    while (this.#at < this.all.length) {
      const login = this.all[this.#at++];
      const method = login.type === "agent" ? "publickey" : login.type;
      if (left === null || left.includes(method)) return login;
    }
    return null;
  }
}

async function loginsOf(hop: SshHop): Promise<Logins> {
  const { user: username, password, agent } = hop;
  const logins: SshLogin[] = [];
  for (const key of hop.keys) {
    const parsed = await parsedKey(key);
    if (parsed) logins.push({ type: "publickey", username, key: parsed });
  }
  if (agent !== "") logins.push({ type: "agent", username, agent: keyAgent(agent) });
  if (password !== "") {
    logins.push({ type: "password", username, password });
    // Some hosts ask for the password only in this way.
    logins.push({
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.map(({ echo }) => echo ? "" : password)),
    });
  }
  return new Logins(logins);
}

/** null when a key that nobody asked for cannot be used. */
async function parsedKey(key: SshKey): Promise<ParsedKey | null> {
  const text = key.text !== "" ? key.text : await readTextIfExists(key.path) ?? "";
  const name = key.text !== "" ? 'given in "key"' : `"${key.path}"`;
  let reason: string;
  try {
    const one = parse(signableKey(text, key.passphrase), key.passphrase);
    if (one.isPrivateKey()) {
      return signingKey(one);
    }
    reason = "it is not a private key";
  } catch (error) {
    reason = messageOf(error);
  }
  if (key.usual) return null;
  if (/encrypted|passphrase|bad decrypt|integrity check/i.test(reason)) {
    reason = key.passphrase === "" ? 'it is encrypted, give its "passphrase"' : "the passphrase is wrong";
  }
  throw new DaguError(`Cannot use the key ${name}: ${reason}`);
}

/** @throws Error when it is no key, or its passphrase is wrong. */
function parse(text: string, passphrase: string): ParsedKey {
  const parsed = (ssh2 as unknown as Ssh2).utils.parseKey(text, passphrase || undefined);
  const one = (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | Error;
  if (one instanceof Error) throw one;
  return one;
}

function explained(error: SshError, hop: SshHop, at: string): Error {
  // A refusal of the sandbox is explained by its frame.
  if (/^Requires \w+ access/.test(error.message)) return error;
  switch (error.level) {
    case "client-timeout":
      return new DaguError(`Cannot log in at ${at}: timed out after ${hop.timeoutMs / 1000} s`);
    case "client-authentication": {
      const ways = [
        ...hop.keys.map((key) => key.path === "" ? "the key given" : `the key "${key.path}"`),
        ...(hop.agent === "" ? [] : ["the keys of the agent"]),
        ...(hop.password === "" ? [] : ["the password"]),
      ];
      return new DaguError(
        `Cannot log in at ${at}: the host refused ${ways.join(" and ")} for user "${hop.user}"`,
      );
    }
    case "client-socket":
      if (error.code === "ECONNREFUSED" || /refused/i.test(error.message)) {
        return new DaguError(`Cannot connect to ${at}: connection refused`);
      }
      if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") {
        return new DaguError(`Cannot connect to ${at}: the host is not found`);
      }
      return new DaguError(`Cannot connect to ${at}: ${error.message}`);
    default:
      return new DaguError(`Cannot log in at ${at}: ${messageOf(error)}`);
  }
}
