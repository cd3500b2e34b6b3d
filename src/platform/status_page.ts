/** A page or two over HTTP for whoever watches a service; answers GET only. */
import { DaguError, messageOf } from "../core/errors.ts";

export interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export interface StatusPage {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * @param page makes the page of a path; null when there is none
 * @throws DaguError when the address cannot be listened on
 */
export function serveStatus(host: string, port: number, page: (path: string) => Page | null): StatusPage {
  try {
    const server = Deno.serve({ hostname: host, port, onListen: () => {} }, (request) => {
      if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "Only GET is answered\n");
      const found = page(new URL(request.url).pathname);
      if (!found) return plain(404, "There is no such page: known are /health and /metrics\n");
      return plain(found.status, found.text, found.type);
    });
    return { port: (server.addr as Deno.NetAddr).port, close: () => server.shutdown() };
  } catch (error) {
    const why = error instanceof Deno.errors.AddrInUse ? "another program uses it" : messageOf(error);
    throw new DaguError(`Cannot listen on ${host}:${port}: ${why}`, { cause: error });
  }
}

function plain(status: number, text: string, type = "text/plain; charset=utf-8"): Response {
  const headers = { "content-type": type, "cache-control": "no-store", "x-content-type-options": "nosniff" };
  return new Response(text, { status, headers });
}
