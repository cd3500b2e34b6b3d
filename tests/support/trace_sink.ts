/** A collector of traces on loopback that keeps what it gets. */

export interface KeptSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number; readonly message?: string };
  /** By key, as texts. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of what the span came from. */
  readonly resource: Readonly<Record<string, string>>;
}

type JsonAttribute = { key: string; value: Record<string, unknown> };

export class TraceSink implements AsyncDisposable {
  readonly spans: KeptSpan[] = [];
  /** Those too of which a program that was killed has sent but a part. */
  readonly requests: { readonly path: string; readonly headers: Headers }[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #answers: number[];
  readonly #ending = new AbortController();

  /** @param answers statuses of the first answers; 0 gives none. All further ones are 200 */
  constructor(answers: readonly number[] = []) {
    this.#answers = [...answers];
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, signal: this.#ending.signal },
      (request) => this.#take(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  named(name: string): KeptSpan {
    const found = this.spans.filter((span) => span.name === name);
    if (found.length !== 1) {
      throw new Error(`${found.length} spans "${name}" in ${this.spans.map((span) => span.name)}`);
    }
    return found[0]!;
  }

  async #take(request: Request): Promise<Response> {
    this.requests.push({ path: new URL(request.url).pathname, headers: request.headers });
    const body = await request.json().catch(() => null);
    if (body === null) return new Response(null, { status: 400 });
    const status = this.#answers.shift() ?? 200;
    if (status === 0) return await new Promise(() => {});
    if (status === 200) this.#keep(body);
    return new Response("{}", { status, headers: { "content-type": "application/json" } });
  }

  // deno-lint-ignore no-explicit-any
  #keep(body: any): void {
    for (const { resource, scopeSpans } of body.resourceSpans) {
      for (const { spans } of scopeSpans) {
        for (const span of spans) {
          this.spans.push({
            ...span,
            attributes: texts(span.attributes),
            resource: texts(resource.attributes),
          });
        }
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#server.finished;
  }
}

function texts(attributes: readonly JsonAttribute[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
}
