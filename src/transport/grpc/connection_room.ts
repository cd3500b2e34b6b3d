/** Bounds the connections to a server, and the time in which those of TLS have to show who they are. */
import { AddressCounts } from "../../platform/http/address_counts.ts";
import { startTimer } from "../../platform/time/timer.ts";
import type { Grpc } from "./grpc_js.ts";

export interface ConnectionLimits {
  readonly all: number;
  /** From each address but those of this machine. */
  readonly ofAddress: number;
  readonly handshakeMs: number;
}

const LIMITS: ConnectionLimits = { all: 4000, ofAddress: 500, handshakeMs: 10_000 };

interface Socket {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  once(event: "close", listener: () => void): void;
  destroy(): void;
}

/** The server below the library's own, which the library does not show. */
interface Http2Server {
  on(event: "connection" | "secureConnection", listener: (socket: Socket) => void): void;
}

interface Connection {
  readonly socket: Socket;
  /** Ends the wait for the handshake. */
  readonly known: () => void;
}

export class ConnectionRoom {
  readonly #limits: ConnectionLimits;
  readonly #addresses: AddressCounts;
  /** By where they come from. */
  readonly #open = new Map<string, Connection>();
  #ended = false;

  constructor(limits = LIMITS) {
    this.#limits = limits;
    this.#addresses = new AddressCounts(limits.ofAddress);
  }

  /** To be called once the server listens. @param tls whether connections begin with a handshake */
  watch(server: Grpc.Server, tls: boolean): void {
    const { http2Servers } = server as unknown as {
      readonly http2Servers: ReadonlyMap<Http2Server, unknown>;
    };
    for (const below of http2Servers.keys()) {
      below.on("connection", (socket) => this.#enter(socket, tls));
      below.on("secureConnection", (socket) => this.#open.get(placeOf(socket))?.known());
    }
  }

  /** Cuts off all, those too of which the library knows nothing yet: it would wait for them. */
  end(): void {
    this.#ended = true;
    for (const { socket } of this.#open.values()) socket.destroy();
  }

  #enter(socket: Socket, tls: boolean): void {
    const { remoteAddress: address = "" } = socket;
    const isFull = this.#open.size >= this.#limits.all;
    if (this.#ended || isFull || !this.#addresses.enter(address)) return socket.destroy();
    const place = placeOf(socket);
    const known = tls ? startTimer(this.#limits.handshakeMs, () => socket.destroy()) : () => {};
    this.#open.set(place, { socket, known });
    socket.once("close", () => {
      known();
      this.#open.delete(place);
      this.#addresses.leave(address);
    });
  }
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
