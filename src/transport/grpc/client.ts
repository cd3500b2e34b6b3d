/** Calls of a coordinator, wherever it is now. */
import { startBeats } from "../../platform/time/beat.ts";
import type { Message } from "../wire/message.ts";
import { type CallCode, CallError, callErrorOf, isStillborn } from "./call_error.ts";
import { channelSecurity, type ClientTls, type Target } from "./channel_security.ts";
import {
  CHANNEL_OPTIONS,
  type Grpc,
  loadGrpc,
  MAX_ANSWER_BYTES,
  MAX_MESSAGE_BYTES,
  rawMethod,
} from "./grpc_js.ts";
import {
  type AnswerOf,
  COORDINATOR,
  COORDINATOR_METHODS,
  type CoordinatorMethod,
  HEALTH,
  HEALTH_METHODS,
  type RequestOf,
  ServingStatus,
} from "./methods.ts";

export interface GrpcClientOptions {
  /** Where a coordinator may be, the likeliest place first; asked again when a call finds nobody. */
  readonly targets: () => Promise<readonly Target[]>;
  /** null speaks plain text. */
  readonly tls: ClientTls | null;
  /** Headers that vouch for a request. */
  readonly sign?: (path: string, body: Uint8Array) => Promise<Readonly<Record<string, string>>>;
}

export interface CallOptions {
  /** Longest wait for the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What a call ends with when nobody is there, or nobody answers: a machine that is cut off refuses nothing. */
const SILENT: readonly CallCode[] = ["unavailable", "deadline_exceeded"];

/** Between two looks whether the server's certificate was revoked. */
const LOOK_MS = 4_000;

interface Connection {
  readonly target: Target;
  readonly client: Grpc.Client;
  /** Why the server is not to be believed any more; "" while it is. */
  readonly distrust: () => string;
  /** Aborted with a `CallError` when it is not: whoever waits for an answer waits no longer. */
  readonly given: AbortController;
  /** Ends the looks. */
  readonly rest: () => void;
}

export class GrpcClient {
  readonly #options: GrpcClientOptions;
  #grpc: Promise<typeof Grpc> | null = null;
  #connection: Promise<Connection> | null = null;
  /** What that resolved with. */
  #current: Connection | null = null;
  /** Counts the places that were tried. */
  #tried = 0;
  #closed = false;

  constructor(options: GrpcClientOptions) {
    this.#options = options;
  }

  /** @throws CallError */
  async call<M extends CoordinatorMethod>(
    method: M,
    request: Partial<RequestOf<M>>,
    options: CallOptions,
  ): Promise<AnswerOf<M>> {
    const table = COORDINATOR_METHODS[method] as unknown as { request: Message; answer: Message };
    return await this.#call(COORDINATOR, method, table, request, options) as AnswerOf<M>;
  }

  /** Whether a coordinator answers that it serves. @throws CallError */
  async healthy(options: CallOptions): Promise<boolean> {
    const table = HEALTH_METHODS.Check as unknown as { request: Message; answer: Message };
    const { status } = await this.#call(HEALTH, "Check", table, {}, options) as { status: number };
    return status === ServingStatus.Serving;
  }

  close(): void {
    this.#closed = true;
    this.#connection?.then(end, () => {});
  }

  async #call(
    service: string,
    name: string,
    { request, answer }: { readonly request: Message; readonly answer: Message },
    value: object,
    options: CallOptions,
  ): Promise<object> {
    const body = request.encode(value);
    if (body.length > MAX_MESSAGE_BYTES) throw tooLarge(name, body.length);
    const grpc = await (this.#grpc ??= loadGrpc());
    const metadata = new grpc.Metadata();
    const headers = await this.#options.sign?.(`/${service}/${name}`, body) ?? {};
    for (const [key, text] of Object.entries(headers)) metadata.set(key, text);
    const connection = await this.#connected(grpc);
    try {
      this.#look(connection);
      return answer.decode(await unary(connection, rawMethod(service, name), body, metadata, options));
    } catch (error) {
      if (error instanceof CallError && SILENT.includes(error.code)) await this.#leave(connection, error);
      throw error;
    }
  }

  #connected(grpc: typeof Grpc): Promise<Connection> {
    if (this.#closed) return Promise.reject(new CallError("cancelled", "The connection is closed"));
    return this.#connection ??= this.#connect(grpc).catch((error) => {
      this.#connection = null;
      throw error;
    });
  }

  async #connect(grpc: typeof Grpc): Promise<Connection> {
    const targets = await this.#options.targets();
    if (targets.length === 0) throw new CallError("unavailable", "no coordinator is known");
    const target = targets[this.#tried++ % targets.length]!;
    const { host, port } = target;
    const address = `${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
    const { tls } = this.#options;
    const { credentials, options, distrust } = channelSecurity(grpc, tls, target);
    const client = new grpc.Client(`dns:${address}`, credentials, {
      ...CHANNEL_OPTIONS,
      "grpc.max_receive_message_length": MAX_ANSWER_BYTES,
      "grpc.keepalive_permit_without_calls": 1,
      "grpc.initial_reconnect_backoff_ms": 200,
      "grpc.max_reconnect_backoff_ms": 2000,
      "grpc.enable_retries": 0,
      // A connection that is given up must not be met again in the next one.
      "grpc.use_local_subchannel_pool": 1,
      ...options,
    });
    const rest = tls?.isRevoked ? startBeats(LOOK_MS, () => this.#look(connection)) : () => {};
    const connection: Connection = { target, client, distrust, given: new AbortController(), rest };
    return this.#current = connection;
  }

  /** Gives a connection up whose server is not to be believed any more. */
  #look(connection: Connection): void {
    const why = connection.distrust();
    if (why === "" || connection.given.signal.aborted) return;
    connection.given.abort(new CallError("unavailable", why));
    this.#drop(connection);
  }

  /** Another place is tried next, unless there is none: a connection renews itself as long as it knows its end. */
  async #leave(gone: Connection, error: CallError): Promise<void> {
    if (!isStillborn(error)) {
      const targets = await this.#options.targets().catch(() => []);
      const only = targets.length === 1 && sameTarget(targets[0]!, gone.target);
      if (only || targets.length === 0) return;
    }
    this.#drop(gone);
  }

  #drop(connection: Connection): void {
    if (this.#current !== connection) return;
    this.#current = null;
    this.#connection = null;
    end(connection);
  }
}

/** The same again would be as large. */
function tooLarge(call: string, bytes: number): CallError {
  return new CallError(
    "invalid_argument",
    `The request of the call ${call} has ${bytes} bytes, at most ${MAX_MESSAGE_BYTES} can be sent`,
  );
}

function sameTarget(a: Target, b: Target): boolean {
  return a.host === b.host && a.port === b.port;
}

function end({ client, rest }: Connection): void {
  rest();
  client.close();
}

function unary(
  { client, given }: Connection,
  { path, requestSerialize, responseDeserialize }: Grpc.MethodDefinition<Uint8Array, Uint8Array>,
  body: Uint8Array,
  metadata: Grpc.Metadata,
  { timeoutMs, signal }: CallOptions,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (given.signal.aborted) return reject(given.signal.reason);
    if (signal?.aborted) return reject(new CallError("cancelled", "The call was given up"));
    const deadline = new Date(Date.now() + timeoutMs);
    const cancel = () => call.cancel();
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      body,
      metadata,
      { deadline },
      (error, answer) => {
        for (const one of [signal, given.signal]) one?.removeEventListener("abort", cancel);
        if (given.signal.aborted) reject(given.signal.reason);
        else if (error) reject(callErrorOf(error.code, error.details));
        else resolve(answer!);
      },
    );
    for (const one of [signal, given.signal]) one?.addEventListener("abort", cancel, { once: true });
  });
}
