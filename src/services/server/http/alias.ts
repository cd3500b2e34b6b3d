/** An address by which another one is known as well. */
import type { Handler } from "./dispatch.ts";

/** @param from path that is answered as if it were `to` */
export function aliased(handler: Handler, from: string, to: string): Handler {
  return (request, client) => {
    const url = new URL(request.url);
    if (url.pathname !== from) return handler(request, client);
    url.pathname = to;
    return handler(new Request(url, request), client);
  };
}
