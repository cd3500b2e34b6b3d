/**
 * Reaches a key agent by Deno's own socket: those of `node:net`, which ssh2 would take, close their descriptor twice,
 * by which another thread may lose a file that it has just opened.
 */
import { Duplex } from "node:stream";
import ssh2 from "ssh2";
import { messageOf } from "../../core/errors.ts";
import type { Ssh2, SshAgent } from "./ssh2_types.ts";

type WebStreams = Parameters<typeof Duplex.fromWeb>[0];

class SocketAgent extends (ssh2 as Ssh2).OpenSSHAgent {
  override getStream(callback: (error: Error | null, stream?: unknown) => void): void {
    Deno.connect({ transport: "unix", path: this.socketPath }).then(
      // The two declarations of web streams disagree about the last read.
      (socket) => callback(null, Duplex.fromWeb(socket as unknown as WebStreams)),
      (error) => callback(new Error(`Cannot reach the key agent: ${messageOf(error)}`)),
    );
  }
}

/** @param path socket of the agent */
export function keyAgent(path: string): SshAgent {
  return new SocketAgent(path);
}
