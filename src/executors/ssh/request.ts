/** What the ssh worker is asked to do, and the permissions that it needs for that. */
import type { PermissionSet } from "../../core/permissions.ts";

/** A private key: a file, or its text where the definition holds that. */
export interface SshKey {
  /** Absolute, links followed; "" when `text` is given. */
  readonly path: string;
  readonly text: string;
  /** "" when the key is not encrypted. */
  readonly passphrase: string;
  /** One of the usual names that nobody asked for: left out when it cannot be used. */
  readonly usual: boolean;
}

/** A host and how to log in there. */
export interface SshHop {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly keys: readonly SshKey[];
  /** Socket of a key agent, "" when none is asked. */
  readonly agent: string;
  /** "" when there is none. */
  readonly password: string;
  /** File of known host keys, links followed; "" accepts every host. */
  readonly knownHosts: string;
  /** How `knownHosts` was written, for error texts. */
  readonly knownHostsName: string;
  /** Milliseconds for connection and login. */
  readonly timeoutMs: number;
}

/** One command for the remote side. */
export interface RemoteProgram {
  /** What the login shell of the remote user gets. */
  readonly command: string;
  readonly stdin: string;
  /** What the list of processes over there shows of it; "" when it cannot be told from others. */
  readonly mark: string;
  /** The mark is of this program alone. */
  readonly traced: boolean;
}

export interface SshRequest {
  /** The last one is where the programs run; each of the others leads to the next. */
  readonly hops: readonly SshHop[];
  readonly programs: readonly RemoteProgram[];
}

/** Commands of one worker share connections, so there is one worker for all that go to the same host. */
export const SSH_LIMITS = { workers: 1, requestsPerWorker: 64, killMs: 10_000 } as const;

/** `host:port`, with brackets around IPv6 addresses. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The first host, the others being reached through it, and the files; for the socket of an agent all that it takes. */
export function sshPermissions({ hops, programs }: SshRequest): PermissionSet {
  const first = hops[0];
  if (!first || programs.length === 0) return {};
  const files = hops.flatMap((hop) => [...hop.keys.map((key) => key.path), hop.knownHosts, hop.agent]);
  const agents = named(hops.map((hop) => hop.agent));
  return {
    net: named([hostPort(first.host, first.port), ...agents.map((path) => `unix:${path}`)]),
    read: named(files),
    write: agents,
  };
}

function named(paths: readonly string[]): string[] {
  return [...new Set(paths)].filter((path) => path !== "");
}
