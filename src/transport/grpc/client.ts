/** Calls of a coordinator, wherever it is now. */
import { checkCertificateHost, isIpAddress } from "../../platform/tls_identity.ts";
import type { Message } from "../wire/message.ts";
import { type CallCode, callCode, CallError } from "./call_error.ts";
import { CHANNEL_OPTIONS, type Grpc, loadGrpc, rawMethod } from "./grpc_js.ts";
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

export interface Target {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
}

/** Texts in PEM. */
export interface ClientTls {
  /** Authorities that the server's certificate must come from; "" takes those of the system. */
  readonly ca: string;
  /** Certificate and key of the caller; "" when it has none. */
  readonly cert: string;
  readonly key: string;
  /** Takes any server for the right one. */
  readonly skipVerify: boolean;
}

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

interface Connection {
  readonly target: Target;
  readonly client: Grpc.Client;
}

export class GrpcClient {
  readonly #options: GrpcClientOptions;
  #grpc: Promise<typeof Grpc> | null = null;
  #connection: Promise<Connection> | null = null;
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
    this.#connection?.then(({ client }) => client.close(), () => {});
  }

  async #call(
    service: string,
    name: string,
    { request, answer }: { readonly request: Message; readonly answer: Message },
    value: object,
    options: CallOptions,
  ): Promise<object> {
    const body = request.encode(value);
    const grpc = await (this.#grpc ??= loadGrpc());
    const metadata = new grpc.Metadata();
    const headers = await this.#options.sign?.(`/${service}/${name}`, body) ?? {};
    for (const [key, text] of Object.entries(headers)) metadata.set(key, text);
    const connection = await this.#connected(grpc);
    try {
      return answer.decode(await unary(connection.client, rawMethod(service, name), body, metadata, options));
    } catch (error) {
      if (error instanceof CallError && SILENT.includes(error.code)) await this.#leave(connection);
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
    const { credentials, options } = channelSecurity(grpc, this.#options.tls, target);
    const client = new grpc.Client(`dns:${address}`, credentials, {
      ...CHANNEL_OPTIONS,
      "grpc.keepalive_permit_without_calls": 1,
      "grpc.initial_reconnect_backoff_ms": 200,
      "grpc.max_reconnect_backoff_ms": 2000,
      "grpc.enable_retries": 0,
      ...options,
    });
    return { target, client };
  }

  /** Another place is tried next, unless there is none: the connection renews itself. */
  async #leave(gone: Connection): Promise<void> {
    const current = await this.#connection?.catch(() => null);
    if (current !== gone) return;
    const targets = await this.#options.targets().catch(() => []);
    const only = targets.length === 1 && sameTarget(targets[0]!, gone.target);
    if (only || targets.length === 0) return;
    this.#connection = null;
    gone.client.close();
  }
}

function sameTarget(a: Target, b: Target): boolean {
  return a.host === b.host && a.port === b.port;
}

function unary(
  client: Grpc.Client,
  { path, requestSerialize, responseDeserialize }: Grpc.MethodDefinition<Uint8Array, Uint8Array>,
  body: Uint8Array,
  metadata: Grpc.Metadata,
  { timeoutMs, signal }: CallOptions,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
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
        signal?.removeEventListener("abort", cancel);
        if (error) reject(new CallError(callCode(error.code), error.details));
        else resolve(answer!);
      },
    );
    signal?.addEventListener("abort", cancel, { once: true });
  });
}

/** The library cannot check the certificate of a server that is known by its address: it is done here. */
function channelSecurity(
  grpc: typeof Grpc,
  tls: ClientTls | null,
  { host, port }: Target,
): { readonly credentials: Grpc.ChannelCredentials; readonly options: Grpc.ChannelOptions } {
  if (!tls) return { credentials: grpc.credentials.createInsecure(), options: {} };
  const { ca, cert, key, skipVerify } = tls;
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const verify: Grpc.VerifyOptions = {
    checkServerIdentity: (_name, certificate) => checkCertificateHost(bare, certificate),
    rejectUnauthorized: !skipVerify,
  };
  const buffer = (text: string) => text === "" ? null : Buffer.from(text);
  const credentials = grpc.credentials.createSsl(buffer(ca), buffer(key), buffer(cert), verify);
  if (!isIpAddress(bare)) return { credentials, options: {} };
  const name = "coordinator.invalid";
  return {
    credentials,
    options: { "grpc.ssl_target_name_override": name, "grpc.default_authority": `${host}:${port}` },
  };
}
