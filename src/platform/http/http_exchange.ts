/** One HTTP request and its answer, redirections not followed. */

export interface ExchangeRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly statusText: string;
  /** As received; a name may come several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Must be read to its end or cancelled. null when there is none. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
}

/** How to connect; paths of PEM files, "" for none. */
export interface ExchangeTrust {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** Address of a proxy, "" for none. */
  readonly proxy: string;
}

/** Sends requests over connections that are kept and reused. */
export class HttpExchange {
  readonly #client: Deno.HttpClient;

  /** @throws Deno.errors when a file cannot be read or holds no PEM */
  constructor(trust: ExchangeTrust) {
    const read = (path: string) => Deno.readTextFileSync(path);
    this.#client = Deno.createHttpClient({
      allowHost: true,
      ...(trust.caFile ? { caCerts: [read(trust.caFile)] } : {}),
      ...(trust.certFile ? { cert: read(trust.certFile), key: read(trust.keyFile) } : {}),
      ...(trust.proxy ? { proxy: proxyOptions(trust.proxy) } : {}),
    });
  }

  async send(request: ExchangeRequest): Promise<ExchangeAnswer> {
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers.map(([name, value]): [string, string] => [name, value]),
      body: request.body,
      redirect: "manual",
      signal: request.signal,
      client: this.#client,
    });
    const { status, statusText, body } = answer;
    return { status, statusText, headers: plainHeaders([...answer.headers]), body };
  }

  close(): void {
    this.#client.close();
  }
}

/** `fetch` unpacks compressed bodies, after which what described the packed form is wrong. */
function plainHeaders(headers: readonly [string, string][]): [string, string][] {
  if (!headers.some(([name]) => name === "content-encoding")) return [...headers];
  return headers.filter(([name]) => name !== "content-encoding" && name !== "content-length");
}

function proxyOptions(address: string): Deno.Proxy {
  const url = new URL(address);
  const { username, password } = url;
  url.username = url.password = "";
  if (username === "") return { url: url.href };
  const basicAuth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { url: url.href, basicAuth };
}
