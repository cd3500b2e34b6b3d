/** The connections of one worker: one a host, more only when the host allows too few commands at once. */
import { DaguError } from "../../core/errors.ts";
import { connect } from "./connect.ts";
import { hostPort, type SshHop } from "./request.ts";
import type { Callback, SshChannel, SshClient } from "./ssh2_types.ts";

/** What OpenSSH allows unless it is told otherwise. */
const USUAL_SESSIONS = 10;

/** A started command; `release` when it has ended. */
export interface OpenChannel {
  readonly client: SshClient;
  readonly channel: SshChannel;
  /** How the program ended; null when the connection ended first. */
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string } | null>;
  /** Resolves when nothing can come any more. */
  readonly closed: Promise<void>;
  release(): void;
}

export class Connections {
  readonly #routes = new Map<string, Route>();

  /** The way to the last of the hosts. Equal ways, with equal logins, are one. */
  route(hops: readonly SshHop[]): Route {
    return this.#route(hops, false);
  }

  #route(hops: readonly SshHop[], carries: boolean): Route {
    const key = JSON.stringify([hops, carries]);
    let route = this.#routes.get(key);
    if (!route) {
      const before = hops.length > 1 ? this.#route(hops.slice(0, -1), true) : null;
      this.#routes.set(key, route = new Route(hops.at(-1)!, before, carries));
    }
    return route;
  }
}

interface Link {
  readonly ready: Promise<SshClient>;
  /** To be told when it is lost. */
  readonly opening: Set<() => void>;
  /** Commands that are running or being started. */
  active: number;
  /** How many there may be. */
  limit: number;
  gone: boolean;
}

export class Route {
  readonly #hop: SshHop;
  readonly #before: Route | null;
  readonly #carries: boolean;
  readonly #links = new Set<Link>();
  /** Connections are made one after the other: a host refuses many at the same time. */
  #making: Promise<unknown> = Promise.resolve();

  /** @param carries whether it leads to further hosts */
  constructor(hop: SshHop, before: Route | null, carries: boolean) {
    this.#hop = hop;
    this.#before = before;
    this.#carries = carries;
  }

  /** `host:port`, for error texts. */
  get name(): string {
    return hostPort(this.#hop.host, this.#hop.port);
  }

  get user(): string {
    return this.#hop.user;
  }

  /**
   * Starts a command.
   * @throws DaguError when the host cannot be had or refuses to run commands.
   */
  async exec(command: string): Promise<OpenChannel> {
    return await this.#open((client, done) => client.exec(command, done));
  }

  /** A connection to what the host can reach. */
  async forward(host: string, port: number): Promise<OpenChannel> {
    return await this.#open((client, done) => client.forwardOut("127.0.0.1", 0, host, port, done), true);
  }

  async #open(
    begin: (client: SshClient, done: Callback<SshChannel>) => void,
    forwards = false,
  ): Promise<OpenChannel> {
    for (;;) {
      const link = this.#link(forwards);
      const idle = link.active === 0;
      link.active++;
      let client: SshClient;
      try {
        client = await link.ready;
      } catch (error) {
        link.active--;
        throw error;
      }
      try {
        const opened = await new Promise<Pick<OpenChannel, "channel" | "exit" | "closed">>(
          (resolve, reject) => {
            // A connection that breaks now does not answer any more.
            const lost = () => reject(new Error("the connection was lost"));
            link.opening.add(lost);
            begin(client, (error, channel) => {
              link.opening.delete(lost);
              if (error) reject(error);
              else resolve(watched(channel));
            });
          },
        );
        return { client, ...opened, release: () => void link.active-- };
      } catch (error) {
        link.active--;
        const reason = (error as Error).message.replace(/^\(SSH\) /, "");
        // It was kept for later and has died meanwhile.
        if (link.gone && idle) continue;
        if (idle || forwards || link.gone) {
          throw new DaguError(`Cannot run a command at ${this.name}: ${reason}`);
        }
        link.limit = Math.max(1, Math.min(link.limit - 1, link.active));
      }
    }
  }

  #link(forwards: boolean): Link {
    // Channels that forward do not count for the host.
    for (const link of this.#links) if (forwards || link.active < link.limit) return link;
    const ready = this.#making.then(() => this.#connect());
    const link: Link = { ready, opening: new Set(), active: 0, limit: USUAL_SESSIONS, gone: false };
    this.#links.add(link);
    const drop = () => {
      link.gone = true;
      this.#links.delete(link);
      for (const lost of link.opening) lost();
      link.opening.clear();
    };
    this.#making = ready.then((client) => void client.once("end", drop).once("close", drop), drop);
    return link;
  }

  async #connect(): Promise<SshClient> {
    const hop = this.#hop;
    if (!this.#before) return await connect(hop, null, this.#carries);
    const { channel, closed, release } = await this.#before.forward(hop.host, hop.port);
    void closed.then(release);
    return await connect(hop, channel, this.#carries);
  }
}

/** Begins at once, because a quick program has ended before anybody has waited for its start. */
function watched(channel: SshChannel): Pick<OpenChannel, "channel" | "exit" | "closed"> {
  channel.on("error", () => {});
  const closed = new Promise<void>((resolve) => channel.once("close", resolve));
  const exit = new Promise<{ code: number | null; signal: string } | null>((resolve) => {
    channel.once("exit", (code, signal = "") => resolve({ code, signal }));
    void closed.then(() => resolve(null));
  });
  return { channel, exit, closed };
}
