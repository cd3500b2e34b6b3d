/**
 * Listens for HTTP. What `Deno.serve` has no limits for is bounded here: how long clients take, how much they send
 * before anybody knows what they want, and how many there are.
 */
import { DaguError } from "../../core/errors.ts";
import { AddressCounts } from "./address_counts.ts";
import { type ClientLimits, Connection } from "./connection.ts";
import type { HttpServerOptions } from "./handler.ts";
import { Turns } from "./turns.ts";
import { pause, startInterval } from "../time/timer.ts";

export interface HttpServer {
  readonly port: number;
  /** Takes no further requests; resolves when those at hand are answered, or at once when the signal is aborted. */
  close(signal?: AbortSignal): Promise<void>;
}

export const CLIENT_LIMITS: ClientLimits = {
  headMs: 10_000,
  // A little more than the handlers give it, so that they can say why it ends.
  requestMs: 32_000,
  idleMs: 60_000,
  answerMs: 30_000,
  headSize: 64 * 1024,
};
export const MAX_CONNECTIONS = 2000;
/** Pause between two looks for clients that take too long. */
const LOOK_MS = 1000;
/** Pause after a connection could not be taken, as when there are no more descriptors. */
const TROUBLE_MS = 100;

/** Texts are compressed for clients that accept it. @throws DaguError when the address cannot be had */
export function serveHttp(options: HttpServerOptions, limits: ClientLimits = CLIENT_LIMITS): HttpServer {
  const listener = listen(options);
  const connections = new Connections(options.perAddress);
  const serve = (conn: Deno.TcpConn) => {
    const { hostname } = conn.remoteAddr;
    if (!connections.enter(hostname)) return conn.close();
    const connection = new Connection(conn, limits, { ...options, turn: () => connections.turns.next() });
    connections.add(connection, hostname, connection.serve());
  };
  acceptAll(listener, serve, options.onError);
  return {
    port: listener.addr.port,
    close: async (signal) => {
      listener.close();
      const cut = () => connections.closeAll();
      connections.endAll();
      if (signal?.aborted) cut();
      signal?.addEventListener("abort", cut);
      await connections.settled();
      signal?.removeEventListener("abort", cut);
    },
  };
}

async function acceptAll(
  listener: Deno.TcpListener,
  serve: (conn: Deno.TcpConn) => void,
  onError: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    try {
      serve(await listener.accept());
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      // Clients that are gone before they are taken are no trouble.
      if (error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.ConnectionAborted) {
        continue;
      }
      onError(error);
      await pause(TROUBLE_MS);
    }
  }
}

class Connections {
  readonly #addresses: AddressCounts;
  readonly #open = new Map<Connection, Promise<void>>();
  readonly turns = new Turns(() => this.#open.size);
  /** Ends the looks for clients that take too long, while there are any clients. */
  #stopLooks = () => {};

  constructor(perAddress: number) {
    this.#addresses = new AddressCounts(perAddress);
  }

  /** @returns false when there are as many as there may be */
  enter(address: string): boolean {
    return this.#open.size < MAX_CONNECTIONS && this.#addresses.enter(address);
  }

  add(connection: Connection, address: string, served: Promise<void>): void {
    const remove = () => {
      this.#open.delete(connection);
      this.#addresses.leave(address);
      if (this.#open.size === 0) this.#stopLooks();
    };
    if (this.#open.size === 0) this.#stopLooks = startInterval(LOOK_MS, () => this.#look(performance.now()));
    this.#open.set(connection, served.finally(remove));
  }

  #look(now: number): void {
    for (const connection of this.#open.keys()) connection.look(now);
  }

  endAll(): void {
    for (const connection of this.#open.keys()) connection.end();
  }

  closeAll(): void {
    for (const connection of this.#open.keys()) connection.close();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#open.values());
  }
}

function listen({ host, port }: HttpServerOptions): Deno.TcpListener {
  try {
    // Clients that find no room in line try again after a second, then after three.
    return Deno.listen({ hostname: host.replace(/^\[(.*)\]$/, "$1"), port, tcpBacklog: MAX_CONNECTIONS });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new DaguError(
        `Cannot listen on ${host}:${port}: another program uses it; choose another port`,
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.AddrNotAvailable || error instanceof Deno.errors.PermissionDenied) {
      throw new DaguError(`Cannot listen on ${host}:${port}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
