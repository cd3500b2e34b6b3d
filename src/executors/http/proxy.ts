/** Which proxy the environment asks for. */
import { DaguError } from "../../core/errors.ts";

type Env = Readonly<Record<string, string>>;

/**
 * The proxy for an address by the usual variables, "" for none. Addresses of this machine are never sent to one.
 * @throws DaguError when the variable holds no address
 */
export function proxyFor(url: URL, env: Env): string {
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const value = read(env, name).trim();
  if (value === "" || isLoopback(url.hostname) || bypasses(url, read(env, "NO_PROXY"))) return "";
  const proxy = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (!proxy || !/^(?:https?|socks5h?):$/.test(proxy.protocol)) {
    throw new DaguError(
      `Cannot use the proxy "${value}" of ${name}: an address such as http://proxy:3128 is needed`,
    );
  }
  if (proxy.protocol.startsWith("socks")) proxy.port ||= "1080";
  return proxy.href;
}

function read(env: Env, name: string): string {
  return env[name.toLowerCase()] || env[name] || "";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\./.test(host);
}

/** Entries: `*`, a host with its subdomains, `.domain`, each with or without a port. */
function bypasses(url: URL, list: string): boolean {
  return list.split(",").map((entry) => entry.trim().toLowerCase()).some((entry) => {
    if (entry === "") return false;
    if (entry === "*") return true;
    const [, host = "", port = ""] = /^(.*?)(?::(\d+))?$/.exec(entry)!;
    if (port !== "" && port !== (url.port || (url.protocol === "https:" ? "443" : "80"))) return false;
    const bare = host.replace(/^\*?\./, "");
    return url.hostname === bare || url.hostname.endsWith(`.${bare}`);
  });
}
