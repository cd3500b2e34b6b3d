/**
 * Other servers that are asked through this one, by their configured names only: with the credentials of the node,
 * never with those of who asks. What reaches them is the method, path, parameters and body of a request.
 */
import { messageOf } from "../../../core/errors.ts";
import type { RemoteNode } from "../../../core/remote_node.ts";
import {
  type ExchangeAnswer,
  type ExchangeRequest,
  HttpExchange,
} from "../../../platform/http/http_exchange.ts";
import { sendUnchecked } from "../../../platform/http/http_unchecked.ts";
import { startInterval, startTimer } from "../../../platform/time/timer.ts";
import { type Role, ROLE_HEADER } from "../access/guard.ts";
import { ApiError } from "../http/api_error.ts";
import { answerOf, isStream } from "./remote_answer.ts";

export interface RemoteCall {
  readonly method: string;
  /** Of who asks: a server of this kind does no more than that one may. */
  readonly role: Role;
  /** Below the address of the API, with its parameters. */
  readonly path: string;
  readonly headers: Headers;
  /** JSON text; null for none. */
  readonly body: string | null;
  /** Aborted when who asked has gone. */
  readonly gone: AbortSignal;
  /** Whether who asked would be let in again. */
  readonly stillIn: () => Promise<boolean>;
}

export interface RemoteNodesOptions {
  readonly nodes: readonly RemoteNode[];
  /** Told why a node could not be asked: more than those who ask learn. */
  readonly onTrouble: (node: string, error: unknown) => void;
  /** Time in which a node has to answer, and its JSON has to be there. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 30_000;
/** A stream ends at most this long after the login of who listens. */
const LOOK_MS = 15_000;
const NO_TRUST = { caFile: "", certFile: "", keyFile: "", proxy: "" };
/** What a node is told of the request's headers. */
const PASSED = ["accept", "if-none-match", "last-event-id"];

export class RemoteNodes {
  readonly #options: RemoteNodesOptions;
  readonly #nodes: ReadonlyMap<string, RemoteNode>;
  readonly #closing = new AbortController();
  #exchange: HttpExchange | null = null;

  constructor(options: RemoteNodesOptions) {
    this.#options = options;
    this.#nodes = new Map(options.nodes.map((node) => [node.name, node]));
  }

  names(): string[] {
    return [...this.#nodes.keys()];
  }

  /** @returns null for a name that is not configured; rejects with an ApiError when the node gives no answer */
  ask(name: string, call: RemoteCall): Promise<Response> | null {
    const node = this.#nodes.get(name);
    return node ? this.#ask(node, call) : null;
  }

  /** Ends what goes on. */
  close(): void {
    this.#closing.abort();
    this.#exchange?.close();
  }

  async #ask(node: RemoteNode, call: RemoteCall): Promise<Response> {
    const { patienceMs = PATIENCE_MS } = this.#options;
    const cut = new AbortController();
    const signal = AbortSignal.any([cut.signal, call.gone, this.#closing.signal]);
    let late = false;
    let stop = startTimer(patienceMs, () => {
      late = true;
      cut.abort();
    });
    try {
      const answer = await this.#send(node, {
        method: call.method,
        url: node.apiBaseURL.replace(/\/+$/, "") + call.path,
        headers: headersFor(node, call),
        body: call.body,
        signal,
      });
      if (isStream(answer)) {
        stop();
        stop = startInterval(LOOK_MS, async () => {
          if (!await call.stillIn()) cut.abort();
        });
        signal.addEventListener("abort", () => stop());
      }
      return await answerOf(node.name, answer, () => stop());
    } catch (error) {
      stop();
      if (error instanceof ApiError) throw error;
      const root = rootOf(error);
      if (!call.gone.aborted) this.#options.onTrouble(node.name, root);
      const reason = late
        ? `it did not answer within ${patienceMs / 1000} seconds`
        : reasonOf(messageOf(root));
      throw new ApiError(502, "remote_node_error", `Cannot reach the remote node "${node.name}": ${reason}`);
    }
  }

  async #send(node: RemoteNode, request: ExchangeRequest): Promise<ExchangeAnswer> {
    if (node.skipTLSVerify) return await sendUnchecked(request, NO_TRUST);
    return await (this.#exchange ??= new HttpExchange(NO_TRUST)).send(request);
  }
}

function headersFor(node: RemoteNode, call: RemoteCall): [string, string][] {
  const headers: [string, string][] = [];
  for (const name of PASSED) {
    const value = call.headers.get(name);
    if (value !== null) headers.push([name, value]);
  }
  headers.push([ROLE_HEADER, call.role]);
  if (call.body !== null) headers.push(["content-type", "application/json"]);
  const credentials = credentialsOf(node);
  if (credentials !== "") headers.push(["authorization", credentials]);
  return headers;
}

function credentialsOf(node: RemoteNode): string {
  if (node.isAuthToken) return `Bearer ${node.authToken}`;
  if (!node.isBasicAuth) return "";
  const bytes = new TextEncoder().encode(`${node.basicAuthUsername}:${node.basicAuthPassword}`);
  return `Basic ${bytes.toBase64()}`;
}

/** `fetch` says why it failed in the cause only. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error;
}

/** Addresses are the administrator's business: they stand in the log only. */
function reasonOf(text: string): string {
  if (/refused/i.test(text)) return "nobody listens there";
  if (/certificate|self.signed/i.test(text)) return "its certificate is not trusted";
  if (/dns|lookup|ENOTFOUND/i.test(text)) return "its name is not known";
  return "the connection failed";
}
