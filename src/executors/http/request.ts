/** What the worker is asked to do: everything is evaluated. */

export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** Absolute, with the whole query. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** null sends none. */
  readonly body: string | null;
  /** Milliseconds for the whole exchange; 0 means no limit. */
  readonly timeoutMs: number;
  readonly silent: boolean;
  readonly debug: boolean;
  readonly json: boolean;
  readonly tls: TlsChoice;
  /** Address of a proxy, "" for none. */
  readonly proxy: string;
  /** `host:port` that may be connected to besides that of the address: where redirections may lead. "*" means all. */
  readonly alsoNet: readonly string[];
}

export interface TlsChoice {
  readonly skipVerify: boolean;
  /** Resolved paths of PEM files; "" when not given. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** `host:port` of an address, as permissions name it. */
export function netEntry(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}

/** An address as messages show it: without credentials and query, which may hold secrets. */
export function shownUrl(address: string): string {
  const url = URL.parse(address);
  return url ? `${url.protocol}//${url.host}${url.pathname}` : address;
}
