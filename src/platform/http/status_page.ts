/** A page or two over HTTP for whoever watches a service; answers GET only. */
import { serveHttp } from "./http_server.ts";

const MAX_PER_ADDRESS = 100;

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
  return serveHttp({
    host,
    port,
    handler: (request) => {
      if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "Only GET is answered\n");
      const found = page(new URL(request.url).pathname);
      if (!found) return plain(404, "There is no such page: known are /health and /metrics\n");
      return plain(found.status, found.text, found.type);
    },
    onError: () => {},
    perAddress: MAX_PER_ADDRESS,
  });
}

function plain(status: number, text: string, type = "text/plain; charset=utf-8"): Response {
  const headers = { "content-type": type, "cache-control": "no-store", "x-content-type-options": "nosniff" };
  return new Response(text, { status, headers });
}
