/** Listens for calls of the coordinator's service, and of the health service. */
import { type CertificateFacts, readCertificate } from "../../core/peer/certificate.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import type { PeerIdentity } from "../../core/peer/peer_identity.ts";
import { certificateBytes } from "../../platform/http/tls_identity.ts";
import { WireError } from "../wire/bytes.ts";
import type { Message } from "../wire/message.ts";
import { CALL_CODES, CallError } from "./call_error.ts";
import { ConnectionRoom } from "./connection_room.ts";
import { CHANNEL_OPTIONS, type Grpc, loadGrpc, MAX_ANSWER_BYTES, rawMethod } from "./grpc_js.ts";
import {
  COORDINATOR,
  COORDINATOR_METHODS,
  type CoordinatorMethod,
  HEALTH,
  HEALTH_METHODS,
  type ReplyOf,
  type RequestOf,
  ServingStatus,
} from "./methods.ts";
import { requestRoom } from "./request_room.ts";

/** Texts in PEM. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Authorities that certificates of clients must come from; "" when clients need none. */
  readonly ca: string;
}

/** What is known of a call before anybody looks into it. */
export interface CallFacts {
  /** Such as `/coordinator.v1.CoordinatorService/Poll`. */
  readonly path: string;
  readonly body: Uint8Array;
  /** The caller's, which the authorities have signed; null when there is none. */
  readonly certificate: CertificateFacts | null;
  /** Such as `127.0.0.1:4711`. */
  readonly address: string;
  /** "" when there is none. */
  header(name: string): string;
}

export interface Call {
  readonly peer: PeerIdentity;
  /** Aborted when the caller does not wait any more. */
  readonly signal: AbortSignal;
}

export type CoordinatorHandlers = {
  readonly [M in CoordinatorMethod]: (request: RequestOf<M>, call: Call) => Promise<ReplyOf<M>>;
};

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** null serves plain text. */
  readonly tls: ServerTls | null;
  readonly handlers: CoordinatorHandlers;
  /** @throws CallError for callers that are nobody */
  readonly authenticate: (facts: CallFacts) => PeerIdentity | Promise<PeerIdentity>;
  /** Asked again before the answer, which may have been long in coming. @throws CallError for callers that get none */
  readonly recheck: (facts: CallFacts) => void;
  /** Told of calls that failed by a defect of ours. */
  readonly onDefect: (error: unknown) => void;
}

export interface GrpcServer {
  readonly port: number;
  /** Takes no further call; those that are not answered after `graceMs` are cut off. */
  close(graceMs: number): Promise<void>;
}

/** @throws DaguError when the address cannot be had */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const grpc = await loadGrpc();
  const server = new grpc.Server({
    ...CHANNEL_OPTIONS,
    "grpc.max_send_message_length": MAX_ANSWER_BYTES,
    interceptors: [requestRoom(grpc)],
  });
  addCoordinator(server, options);
  addHealth(server);
  const { host } = options;
  const address = `${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${options.port}`;
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(address, serverCredentials(grpc, options.tls), (error, bound) => {
      if (error) reject(new DaguError(`Cannot listen on ${address}: ${error.message}`, { cause: error }));
      else resolve(bound);
    })
  );
  const connections = new ConnectionRoom();
  connections.watch(server, options.tls !== null);
  return { port, close: (graceMs) => close(server, connections, graceMs) };
}

function serverCredentials(grpc: typeof Grpc, tls: ServerTls | null): Grpc.ServerCredentials {
  if (!tls) return grpc.ServerCredentials.createInsecure();
  const pair = { cert_chain: bufferOf(tls.cert), private_key: bufferOf(tls.key) };
  // Some authority has to be named, asked or not: without one the library serves plain text here.
  return grpc.ServerCredentials.createSsl(bufferOf(tls.ca || tls.cert), [pair], tls.ca !== "");
}

function bufferOf(text: string): Buffer {
  return Buffer.from(text);
}

type RawCall = Grpc.ServerUnaryCall<Uint8Array, Uint8Array>;

function addCoordinator(
  server: Grpc.Server,
  { handlers, authenticate, recheck, onDefect }: GrpcServerOptions,
): void {
  for (const [name, { request, answer }] of Object.entries(COORDINATOR_METHODS)) {
    const handle = handlers[name as CoordinatorMethod] as (request: unknown, call: Call) => Promise<object>;
    addMethod(server, COORDINATOR, name, async (raw) => {
      const gone = new AbortController();
      raw.on("cancelled", () => gone.abort());
      try {
        const facts = factsOf(raw);
        const peer = await authenticate(facts);
        const reply = await handle((request as Message).decode(raw.request), { peer, signal: gone.signal });
        recheck(facts);
        return (answer as Message).encode(reply);
      } catch (error) {
        if (!(error instanceof CallError || error instanceof WireError || error instanceof DaguError)) {
          onDefect(error);
        }
        throw error;
      }
    });
  }
}

function addHealth(server: Grpc.Server): void {
  const { answer } = HEALTH_METHODS.Check;
  const healthy = answer.encode({ status: ServingStatus.Serving });
  addMethod(server, HEALTH, "Check", () => Promise.resolve(healthy));
}

function addMethod(
  server: Grpc.Server,
  service: string,
  name: string,
  handle: (call: RawCall) => Promise<Uint8Array>,
): void {
  const { path, responseSerialize, requestDeserialize } = rawMethod(service, name);
  server.register(
    path,
    ((call: RawCall, done: Grpc.sendUnaryData<Uint8Array>) => {
      handle(call).then((bytes) => done(null, bytes), (error) => done(statusOf(error)));
    }) as Grpc.UntypedHandleCall,
    responseSerialize as Grpc.serialize<unknown>,
    requestDeserialize as Grpc.deserialize<unknown>,
    "unary",
  );
}

function statusOf(error: unknown): { code: number; details: string } {
  if (error instanceof CallError) return { code: CALL_CODES[error.code], details: error.message };
  if (error instanceof WireError) {
    return { code: CALL_CODES.invalid_argument, details: `The request cannot be read: ${error.message}` };
  }
  if (error instanceof DaguError) return { code: CALL_CODES.failed_precondition, details: error.message };
  return { code: CALL_CODES.internal, details: messageOf(error) };
}

function factsOf(call: RawCall): CallFacts {
  const certificate = certificateBytes(call.getAuthContext().sslPeerCertificate);
  return {
    path: call.getPath(),
    body: call.request,
    certificate: certificate && readCertificate(certificate),
    address: call.getPeer(),
    header: (name) => String(call.metadata.get(name)[0] ?? ""),
  };
}

async function close(server: Grpc.Server, connections: ConnectionRoom, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const late = setTimeout(() => {
    server.forceShutdown();
    connections.end();
  }, graceMs);
  await closed;
  clearTimeout(late);
}
