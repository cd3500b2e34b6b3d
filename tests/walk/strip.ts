/** A server in between that takes members out of every answer. */

export interface Stripping extends AsyncDisposable {
  readonly address: string;
}

/** @param names of members, wherever they stand */
export function stripping(behind: string, names: readonly string[]): Stripping {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete("host");
    const answer = await fetch(behind + pathname + search, {
      method: request.method,
      headers,
      body: request.body ? await request.text() : null,
    });
    const text = await answer.text();
    const type = answer.headers.get("content-type");
    return new Response(text === "" ? null : stripped(text, names), {
      status: answer.status,
      headers: type === null ? {} : { "content-type": type },
    });
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function stripped(text: string, names: readonly string[]): string {
  try {
    return JSON.stringify(JSON.parse(text, (name, value) => names.includes(name) ? undefined : value));
  } catch {
    return text;
  }
}
