/** One connection: takes requests, one after the other, and sends what is answered. */
import type { Client, HttpServerOptions } from "./handler.ts";
import { Incoming, TooLong } from "./incoming.ts";
import { sendAnswer, sendContinue, sendRefusal } from "./outgoing.ts";
import { prepare } from "./prepared.ts";
import { RequestBody } from "./request_body.ts";
import { BadHead, parseHead, type RequestHead } from "./request_head.ts";

/** How long a client may take; in milliseconds but for the size. */
export interface ClientLimits {
  /** For the head of a request. */
  readonly headMs: number;
  /** For a whole request with its body. */
  readonly requestMs: number;
  /** Between two requests. */
  readonly idleMs: number;
  /** To take some of an answer. */
  readonly answerMs: number;
  /** Bytes of a head. */
  readonly headSize: number;
}

export interface ConnectionOptions extends Pick<HttpServerOptions, "handler" | "onError"> {
  /** Called after each request; resolves when the next one may be read. */
  readonly turn: () => Promise<void>;
}

/** How long what a client still sends is thrown away before the connection is closed on it. */
const LINGER_MS = 2000;

export class Connection {
  readonly #conn: Deno.TcpConn;
  readonly #address: string;
  readonly #limits: ClientLimits;
  readonly #options: ConnectionOptions;
  readonly #incoming: Incoming;
  /** When patience with the client ends, by `performance.now()`. */
  #deadline = Infinity;
  #answering = false;
  /** Number of requests. */
  #answered = 0;
  #ending = false;
  #closed = false;

  constructor(conn: Deno.TcpConn, limits: ClientLimits, options: ConnectionOptions) {
    this.#conn = conn;
    this.#address = conn.remoteAddr.hostname;
    this.#limits = limits;
    this.#options = options;
    this.#incoming = new Incoming(conn);
  }

  /** Resolves when the connection is closed. */
  async serve(): Promise<void> {
    try {
      this.#conn.setNoDelay(true);
      this.#patience(this.#limits.headMs);
      while (!this.#closed && await this.#serveOne()) {
        if (this.#ending) break;
        this.#patience(this.#limits.idleMs);
        await this.#options.turn();
      }
    } catch {
      // The client went away, or is no client of ours.
    } finally {
      this.close();
    }
  }

  /** Closes a connection whose client takes too long. */
  look(now: number): void {
    if (now > this.#deadline) this.close();
  }

  /** Closes it now, or when the answer at hand is sent. */
  end(): void {
    this.#ending = true;
    if (!this.#answering) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  /** @returns whether another request may come */
  async #serveOne(): Promise<boolean> {
    if (this.#incoming.waiting === 0 && !await this.#incoming.more()) return false;
    const begin = performance.now();
    this.#patience(this.#limits.headMs);
    const head = await this.#head();
    if (!head) return false;
    this.#deadline = begin + this.#limits.requestMs;
    this.#answering = true;
    // Who has sent all waits as long as the answer takes.
    const body = new RequestBody(this.#incoming, head.body, () => this.#deadline = Infinity);
    const request = this.#request(head, body);
    if (!request) return await this.#refuse(405);
    if (body.done) this.#deadline = Infinity;
    const response = await this.#answer(request, body);
    // Whoever has not sent all by now is not waited for.
    const last = !head.keepsAlive || !body.done || this.#ending;
    const open = await sendAnswer(this.#sink, await prepare(request, response), {
      takesChunks: head.takesChunks,
      last,
      gone: () => this.#gone(body),
    });
    this.#answering = false;
    this.#answered++;
    if (!open) await this.#linger();
    return open;
  }

  async #head(): Promise<RequestHead | null> {
    try {
      const text = await this.#incoming.head(this.#limits.headSize);
      return text === null ? null : parseHead(text);
    } catch (error) {
      if (error instanceof TooLong) await this.#refuse(431);
      else if (error instanceof BadHead) await this.#refuse(error.status);
      else throw error;
      return null;
    }
  }

  /** null for a method that no request may have. */
  #request({ method, target, headers, expectsContinue }: RequestHead, body: RequestBody): Request | null {
    const bodiless = body.done || method === "GET" || method === "HEAD";
    const begin = async () => {
      if (expectsContinue && this.#incoming.waiting === 0) await sendContinue(this.#sink);
    };
    try {
      return new Request(`http://localhost${target}`, {
        method,
        headers: headers as [string, string][],
        body: bodiless ? null : body.stream(begin),
      });
    } catch {
      return null;
    }
  }

  async #answer(request: Request, body: RequestBody): Promise<Response> {
    try {
      const gone = () => this.#gone(body);
      return await this.#options.handler(request, { address: this.#address, gone } satisfies Client);
    } catch (error) {
      this.#options.onError(error);
      return new Response(null, { status: 500 });
    }
  }

  /** A client that goes away while it waits is noticed by the end of what it sends. */
  #gone(body: RequestBody): AbortSignal {
    const gone = new AbortController();
    const answered = this.#answered;
    const look = async () => {
      if (!body.done) return;
      // What it sends already of its next request is kept, and no more than a head.
      while (answered === this.#answered && this.#incoming.waiting < this.#limits.headSize) {
        if (!await this.#incoming.more()) return gone.abort();
      }
    };
    look().catch(() => gone.abort());
    return gone.signal;
  }

  async #refuse(status: number): Promise<false> {
    await sendRefusal(this.#sink, status);
    await this.#linger();
    return false;
  }

  /** Closed with bytes unread, a connection would take back the answer that was just sent. */
  async #linger(): Promise<void> {
    this.#patience(LINGER_MS);
    await this.#conn.closeWrite();
    while (await this.#incoming.take(Infinity));
  }

  #patience(ms: number): void {
    this.#deadline = performance.now() + ms;
  }

  /** Writes have a time limit each. */
  readonly #sink = {
    write: async (bytes: Uint8Array): Promise<number> => {
      const before = this.#deadline;
      this.#patience(this.#limits.answerMs);
      const count = await this.#conn.write(bytes);
      this.#deadline = before;
      return count;
    },
  };
}
