/** What follows a redirection. */
import type { ExchangeRequest } from "../../platform/http/http_exchange.ts";
import { netEntry } from "./request.ts";

export const MAX_REDIRECTS = 10;

type Sent = Pick<ExchangeRequest, "method" | "url" | "headers" | "body">;

/** Not for another host. */
const CONFIDENTIAL = ["authorization", "cookie", "cookie2", "proxy-authorization", "www-authenticate"];

/** The request that an answer asks for, null when it is no redirection. */
export function redirected(sent: Sent, status: number, location: string | null): Sent | null {
  if (![301, 302, 303, 307, 308].includes(status) || !location) return null;
  const from = new URL(sent.url);
  const to = URL.parse(location, from);
  if (!to || !/^https?:$/.test(to.protocol)) {
    throw new Error(`Cannot follow the redirection to "${location}": this is no address of HTTP`);
  }
  to.hash = "";
  const keeps = status >= 307 || sent.method === "GET" || sent.method === "HEAD";
  const sameHost = netEntry(to) === netEntry(from) || isUpgrade(from, to);
  const headers = sent.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    if (lower === "host") return false;
    if (!keeps && lower === "content-length") return false;
    return sameHost || !CONFIDENTIAL.includes(lower);
  });
  return { method: keeps ? sent.method : "GET", url: to.href, headers, body: keeps ? sent.body : null };
}

function isUpgrade(from: URL, to: URL): boolean {
  return to.hostname === from.hostname && netEntry(from).endsWith(":80") && netEntry(to).endsWith(":443");
}
