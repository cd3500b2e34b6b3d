/** Requests that another program of ours hands on: it says in a header from where they come. */
import type { Handler } from "./dispatch.ts";

/** Only the last address of the header was written by that program; those before it may be made up. */
export function forwardedBy(handler: Handler): Handler {
  return (request, client) => {
    const last = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
    return handler(request, /^[0-9a-fA-F:.]{3,45}$/.test(last) ? { ...client, address: last } : client);
  };
}
