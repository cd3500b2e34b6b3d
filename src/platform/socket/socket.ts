/** Requests between processes of one user: lines of JSON over a Unix socket, one request a connection. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { removeIfExistsSync } from "../files/files.ts";
import { socketFailure } from "./socket_path.ts";
import { startTimer } from "../time/timer.ts";

/** A request is small; a peer that sends more is not one of ours. */
const MAX_REQUEST_BYTES = 1 << 20;
const DEFAULT_TIMEOUT_MS = 5000;

/** Sends one line back. Rejects when the asker has gone. */
export type Reply = (value: unknown) => Promise<void>;

/** Answers one request with any number of lines; `gone` is aborted when the asker hangs up. */
export type SocketHandler = (request: unknown, reply: Reply, gone: AbortSignal) => Promise<void> | void;

export interface SocketServer {
  /** Stops listening, hangs up on everybody and removes the socket. */
  close(): void;
}

/**
 * Listens on a path, replacing a socket that a killed process left there. The file is 0600. An error of the handler
 * is sent back as `{"error": "..."}`.
 * @throws DaguError when the path cannot be listened on.
 */
export function serveSocket(path: string, handler: SocketHandler): Promise<SocketServer> {
  return Promise.resolve().then(() => {
    let listener: Deno.UnixListener;
    const mask = Deno.umask(0o177);
    try {
      removeIfExistsSync(path);
      listener = Deno.listen({ transport: "unix", path });
    } catch (error) {
      throw new DaguError(`Cannot listen on the socket "${path}": ${messageOf(error)}`, { cause: error });
    } finally {
      Deno.umask(mask);
    }
    return new Server(path, listener, handler);
  });
}

class Server implements SocketServer {
  readonly #path: string;
  readonly #listener: Deno.UnixListener;
  readonly #handler: SocketHandler;
  readonly #connections = new Set<Deno.UnixConn>();

  constructor(path: string, listener: Deno.UnixListener, handler: SocketHandler) {
    this.#path = path;
    this.#listener = listener;
    this.#handler = handler;
    // Listening alone is no reason to stay.
    listener.unref();
    this.#accept();
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) this.#serve(connection);
    } catch {
      // Closed.
    }
  }

  async #serve(connection: Deno.UnixConn): Promise<void> {
    this.#connections.add(connection);
    const gone = new AbortController();
    const reply: Reply = (value) => writeLine(connection, value);
    try {
      const lines = new LineReader(connection, MAX_REQUEST_BYTES);
      const line = await lines.next();
      if (line === null) return;
      // Nothing more is expected: the next read ends when the asker hangs up.
      lines.next().catch(() => null).then(() => gone.abort());
      try {
        await this.#handler(JSON.parse(line), reply, gone.signal);
      } catch (error) {
        await reply({ error: messageOf(error) });
      }
    } catch {
      // The asker has gone, or sent no request.
    } finally {
      gone.abort();
      this.#connections.delete(connection);
      closeQuietly(connection);
    }
  }

  close(): void {
    // Deno does so later: too late for a process that ends now.
    removeIfExistsSync(this.#path);
    closeQuietly(this.#listener);
    for (const connection of this.#connections) closeQuietly(connection);
  }
}

/** Whether nobody listens on a socket any more. */
export async function isDeadSocket(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}

export interface SocketOptions {
  /** Longest silence of the other side in milliseconds, default 5 s; 0 means none. */
  readonly timeoutMs?: number;
  /** Hangs up. */
  readonly signal?: AbortSignal;
}

/**
 * Sends a request and gives each line of the answer to `onLine`. Resolves with the last line when the other side has
 * said all; undefined when it said nothing.
 * @throws DaguError when nobody listens, the other side is silent for too long, or it answered with an error.
 */
export async function requestSocket(
  path: string,
  request: unknown,
  onLine: (value: unknown) => void = () => {},
  options: SocketOptions = {},
): Promise<unknown> {
  let connection: Deno.UnixConn;
  try {
    connection = await Deno.connect({ transport: "unix", path });
  } catch (error) {
    throw socketFailure(path, error);
  }
  const hangUp = () => closeQuietly(connection);
  options.signal?.addEventListener("abort", hangUp);
  const silence = new Silence(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, hangUp);
  let last: unknown;
  try {
    if (options.signal?.aborted) return undefined;
    await writeLine(connection, request);
    const lines = new LineReader(connection, Infinity);
    for (let line = await lines.next(); line !== null; line = await lines.next()) {
      silence.restart();
      last = JSON.parse(line);
      onLine(last);
    }
  } catch (error) {
    if (silence.over) {
      throw new DaguError(
        `Cannot get an answer from the process behind "${path}": it is silent for too long`,
      );
    }
    if (!options.signal?.aborted) throw socketFailure(path, error);
  } finally {
    silence.stop();
    options.signal?.removeEventListener("abort", hangUp);
    hangUp();
  }
  const failure = (last as { error?: unknown } | undefined)?.error;
  if (typeof failure === "string") throw new DaguError(failure);
  return last;
}

class Silence {
  over = false;
  #cancel: () => void = () => {};

  constructor(readonly ms: number, readonly onOver: () => void) {
    this.restart();
  }

  restart(): void {
    this.stop();
    if (this.ms <= 0) return;
    this.#cancel = startTimer(this.ms, () => {
      this.over = true;
      this.onOver();
    });
  }

  stop(): void {
    this.#cancel();
  }
}

class LineReader {
  readonly #connection: Deno.UnixConn;
  readonly #max: number;
  readonly #decoder = new TextDecoder();
  readonly #buffer = new Uint8Array(16384);
  #text = "";

  constructor(connection: Deno.UnixConn, max: number) {
    this.#connection = connection;
    this.#max = max;
  }

  /** The next line; null at the end. A line without its newline was cut off and is dropped. */
  async next(): Promise<string | null> {
    // A long line comes in many pieces: they are put together once.
    const pieces: string[] = [];
    for (let length = 0;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        pieces.push(this.#text.slice(0, end));
        this.#text = this.#text.slice(end + 1);
        return pieces.join("");
      }
      pieces.push(this.#text);
      length += this.#text.length;
      if (length > this.#max) throw new DaguError(`Cannot read a line of more than ${this.#max} bytes`);
      const read = await this.#connection.read(this.#buffer);
      if (read === null) return null;
      this.#text = this.#decoder.decode(this.#buffer.subarray(0, read), { stream: true });
    }
  }
}

async function writeLine(connection: Deno.UnixConn, value: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(value) + "\n");
  for (let from = 0; from < bytes.length;) from += await connection.write(bytes.subarray(from));
}

function closeQuietly(resource: { close(): void }): void {
  try {
    resource.close();
  } catch {
    // Closed already.
  }
}
