/** Servers and clients of the coordinator's service for tests. */
import type { PeerIdentity } from "../../src/core/peer/peer_identity.ts";
import { CallError } from "../../src/transport/grpc/call_error.ts";
import type { ClientTls, Target } from "../../src/transport/grpc/channel_security.ts";
import { GrpcClient } from "../../src/transport/grpc/client.ts";
import { COORDINATOR_METHODS, type CoordinatorMethod } from "../../src/transport/grpc/methods.ts";
import {
  type CallFacts,
  type CoordinatorHandlers,
  type GrpcServer,
  type ServerTls,
  startGrpcServer,
} from "../../src/transport/grpc/server.ts";

export const ANYBODY: PeerIdentity = { id: "anybody", roles: ["admin"] };

/** Handlers that know nothing but those that are given. */
export function handlers(given: Partial<CoordinatorHandlers>): CoordinatorHandlers {
  const unknown = () => Promise.reject(new CallError("unimplemented", "not in this test"));
  const names = Object.keys(COORDINATOR_METHODS) as CoordinatorMethod[];
  return { ...Object.fromEntries(names.map((name) => [name, unknown])), ...given } as CoordinatorHandlers;
}

export interface TestServer extends GrpcServer, AsyncDisposable {}

export async function testServer(
  given: Partial<CoordinatorHandlers>,
  options: {
    readonly tls?: ServerTls;
    readonly port?: number;
    readonly authenticate?: (facts: CallFacts) => PeerIdentity;
  } = {},
): Promise<TestServer> {
  const server = await startGrpcServer({
    host: "127.0.0.1",
    port: options.port ?? 0,
    tls: options.tls ?? null,
    handlers: handlers(given),
    authenticate: options.authenticate ?? (() => ANYBODY),
    recheck: () => {},
    onDefect: (error) => {
      throw error;
    },
  });
  return { ...server, [Symbol.asyncDispose]: () => server.close(0) };
}

export interface TestClient extends Disposable {
  readonly client: GrpcClient;
}

export function testClient(targets: readonly Target[], tls: ClientTls | null = null): TestClient {
  const client = new GrpcClient({ targets: () => Promise.resolve(targets), tls });
  return { client, [Symbol.dispose]: () => client.close() };
}
