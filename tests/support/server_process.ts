/** A real server over a home, on a free port of this machine. */
import type { Home } from "./home.ts";
import { programArgs, until } from "./home.ts";
import { freePort } from "./free_port.ts";

export interface SentEvent {
  readonly id: string;
  readonly type: string;
  // deno-lint-ignore no-explicit-any
  readonly data: any;
  /** Unix milliseconds. */
  readonly at: number;
}

export class ServerProcess implements AsyncDisposable {
  readonly base: string;
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<string>;
  readonly #streams: AbortController[] = [];

  private constructor(child: Deno.ChildProcess, base: string, reading: Promise<string>) {
    this.#child = child;
    this.base = base;
    this.#reading = reading;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** `program` is the command line of another program that has the same command; `env` goes beside the home's. */
  static async start(
    home: Home,
    options: {
      readonly command?: string;
      readonly program?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<ServerProcess> {
    const port = freePort();
    const [program, ...first] = options.program ?? programArgs();
    const child = new Deno.Command(program!, {
      args: [...first, options.command ?? "server", "--port", String(port)],
      cwd: home.path,
      env: home.env({ DAGU_AUTH_MODE: "none", ...options.env }),
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const server = new ServerProcess(
      child,
      `http://127.0.0.1:${port}/api/v2`,
      new Response(child.stderr).text(),
    );
    await until(() => server.get("/health").then(() => true, () => false), "the server");
    return server;
  }

  // deno-lint-ignore no-explicit-any
  async get(path: string): Promise<any> {
    const response = await fetch(this.base + path);
    const text = await response.text();
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  // deno-lint-ignore no-explicit-any
  async post(path: string, body: unknown = {}): Promise<any> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.base + path, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  /** Listens; resolves when the stream is open. The list that is returned grows. */
  async events(topics: string, lastEventId = ""): Promise<SentEvent[]> {
    const ending = new AbortController();
    this.#streams.push(ending);
    const headers: HeadersInit = lastEventId === "" ? {} : { "last-event-id": lastEventId };
    const query = `topics=${encodeURIComponent(topics)}`;
    const response = await fetch(`${this.base}/events?${query}`, { signal: ending.signal, headers });
    if (!response.ok) throw new Error(await response.text());
    const found: SentEvent[] = [];
    read(response.body!.pipeThrough(new TextDecoderStream()), found).catch(() => {});
    await until(() => found.length > 0, "the first event");
    return found;
  }

  /** Ends it as a person would. @returns exit code and what it said */
  async stop(): Promise<{ readonly code: number; readonly said: string }> {
    this.#child.kill("SIGTERM");
    const { code } = await this.#child.status;
    for (const stream of this.#streams) stream.abort();
    return { code, said: await this.#reading };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.#streams) stream.abort();
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#reading;
  }
}

async function read(stream: ReadableStream<string>, found: SentEvent[]): Promise<void> {
  let text = "";
  for await (const part of stream) {
    text += part;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(text.slice(0, end))?.[1] ?? "";
      const data = field("data");
      if (data !== "") {
        found.push({ id: field("id"), type: field("event"), data: JSON.parse(data), at: Date.now() });
      }
      text = text.slice(end + 2);
    }
  }
}
