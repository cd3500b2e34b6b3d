/** The connections of one worker: one a host, more only when the host allows too few commands at once. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { startTimer } from "../../platform/time/timer.ts";
import { connect } from "./connect.ts";
import { hostPort, type SshHop } from "./request.ts";
import type { Callback, SshChannel, SshClient } from "./ssh2_types.ts";

/** What OpenSSH allows unless it is told otherwise. */
const USUAL_SESSIONS = 10;
/** The package's words: it has sent nothing. */
const NOT_CONNECTED = "Not connected";
/** The answer of a host that runs as many commands as it wants to. */
const TOO_MANY = /^Channel open failure/;

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

type Opened = Pick<OpenChannel, "channel" | "exit" | "closed">;

interface Opening {
  readonly begin: (client: SshClient, done: Callback<SshChannel>) => void;
  /** Leads to another host instead of running something. */
  readonly forwards: boolean;
  /** Begins the text of an error. */
  readonly failed: string;
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
  /** How many there may be; 0 when it takes no more. */
  limit: number;
  /** A command has run there. */
  used: boolean;
  /** It is not there any more. */
  drop(): void;
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
    return await this.#open({
      begin: (client, done) => client.exec(command, done),
      forwards: false,
      failed: `Cannot run a command at ${this.name}`,
    });
  }

  /** A connection to what the host can reach. */
  async #forward({ host, port }: SshHop): Promise<OpenChannel> {
    return await this.#open({
      begin: (client, done) => client.forwardOut("127.0.0.1", 0, host, port, done),
      forwards: true,
      failed: `Cannot connect to ${hostPort(host, port)} through ${this.name}`,
    });
  }

  async #open({ begin, forwards, failed }: Opening): Promise<OpenChannel> {
    for (;;) {
      const link = this.#link(forwards);
      const alone = link.active === 0;
      const fresh = !link.used;
      link.active++;
      const release = () => void link.active--;
      const client = await link.ready.catch((error) => {
        release();
        throw error;
      });
      try {
        const opened = await openAt(client, begin, link.opening);
        link.used = true;
        return { client, ...opened, release };
      } catch (error) {
        release();
        const reason = messageOf(error).replace(/^\(SSH\) /, "");
        if (reason === NOT_CONNECTED) link.drop();
        // Nothing else is tried again: the command may have begun.
        const again = reason === NOT_CONNECTED || (!forwards && TOO_MANY.test(reason));
        if (!again || (alone && fresh)) throw new DaguError(`${failed}: ${reason}`);
        // Alone, it is still busy with what was given up here.
        link.limit = alone ? 0 : Math.max(1, Math.min(link.limit - 1, link.active));
      }
    }
  }

  #link(forwards: boolean): Link {
    // Channels that forward do not count for the host.
    for (const link of this.#links) if (forwards || link.active < link.limit) return link;
    const ready = this.#making.then(() => this.#connect());
    const drop = () => {
      this.#links.delete(link);
      for (const lost of link.opening) lost();
      link.opening.clear();
    };
    const link: Link = {
      ready,
      opening: new Set(),
      active: 0,
      limit: USUAL_SESSIONS,
      used: false,
      drop,
    };
    this.#links.add(link);
    this.#making = ready.then((client) => void client.once("end", drop).once("close", drop), drop);
    return link;
  }

  async #connect(): Promise<SshClient> {
    if (!this.#before) return await connect(this.#hop, null, this.#carries);
    const { channel, closed, release } = await this.#through(this.#before);
    void closed.then(release);
    return await connect(this.#hop, channel, this.#carries);
  }

  /** The host before answers when it has reached this one or has given up, which may take it minutes. */
  async #through(before: Route): Promise<OpenChannel> {
    await before.#link(true).ready;
    const { host, port, timeoutMs } = this.#hop;
    const opening = before.#forward(this.#hop);
    const late = Promise.withResolvers<null>();
    const takeBack = startTimer(timeoutMs, () => late.resolve(null));
    const opened = await Promise.race([opening, late.promise]).finally(takeBack);
    if (opened) return opened;
    void opening.then(({ channel, release }) => {
      channel.close();
      release();
    }, () => {});
    const at = hostPort(host, port);
    throw new DaguError(
      `Cannot connect to ${at} through ${before.name}: timed out after ${timeoutMs / 1000} s`,
    );
  }
}

/** Starts a command by a connection that is there, beside what the host allows for others. */
export async function openBeside(client: SshClient, command: string): Promise<OpenChannel> {
  const opened = await openAt(client, (client, done) => client.exec(command, done), new Set());
  return { client, ...opened, release: () => {} };
}

/** @param lost to be called when the connection breaks: it does not answer any more then */
function openAt(client: SshClient, begin: Opening["begin"], lost: Set<() => void>): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error("the connection was lost"));
    lost.add(fail);
    begin(client, (error, channel) => {
      lost.delete(fail);
      if (error) reject(error);
      else resolve(watched(channel));
    });
  });
}

/** Begins at once, because a quick program has ended before anybody has waited for its start. */
function watched(channel: SshChannel): Opened {
  channel.on("error", () => {});
  const closed = new Promise<void>((resolve) => channel.once("close", resolve));
  const exit = new Promise<{ code: number | null; signal: string } | null>((resolve) => {
    channel.once("exit", (code, signal = "") => resolve({ code, signal }));
    void closed.then(() => resolve(null));
  });
  return { channel, exit, closed };
}
