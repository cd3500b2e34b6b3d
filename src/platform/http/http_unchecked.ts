/** Requests that `fetch` cannot do: to servers whose certificate is not to be checked, and the method TRACE. */
import type { ExchangeAnswer, ExchangeRequest, ExchangeTrust } from "./http_exchange.ts";

type Header = readonly [name: string, value: string];

/**
 * Sends one request on a connection of its own. Any certificate is accepted.
 * Loads the modules of Node on first use; no proxy is used.
 */
export async function sendUnchecked(request: ExchangeRequest, trust: ExchangeTrust): Promise<ExchangeAnswer> {
  const secure = request.url.startsWith("https:");
  const { request: open } = secure ? await import("node:https") : await import("node:http");
  const certificate = trust.certFile
    ? { cert: Deno.readTextFileSync(trust.certFile), key: Deno.readTextFileSync(trust.keyFile) }
    : {};
  // An empty list of authorities keeps the system's from being loaded, which is a permission of its own.
  const tls = secure ? { rejectUnauthorized: false, ca: [], ...certificate } : {};
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) headers[name] = value;
  if (request.body !== null) {
    headers["Content-Length"] = String(new TextEncoder().encode(request.body).length);
  }
  return await new Promise((resolve, reject) => {
    const options = {
      method: request.method,
      headers,
      agent: false as const,
      signal: request.signal,
      ...tls,
    };
    const sent = open(request.url, options, (answer) => {
      const pairs: Header[] = [];
      for (let i = 0; i < answer.rawHeaders.length; i += 2) {
        pairs.push([answer.rawHeaders[i]!, answer.rawHeaders[i + 1]!]);
      }
      resolve({
        status: answer.statusCode ?? 0,
        statusText: answer.statusMessage ?? "",
        headers: pairs,
        body: stream(answer, () => sent.destroy()),
      });
    });
    sent.on("error", reject);
    sent.end(request.body ?? undefined);
  });
}

function stream(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  cancel: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel,
  });
}
