/** An address as permissions name its host, `host:port`; null when it has none. */
export function hostEntry(address: string): string | null {
  const url = URL.parse(address);
  if (!url || url.host === "") return null;
  return `${url.hostname}:${url.port || (/^(?:https|wss):/.test(url.protocol) ? "443" : "80")}`;
}
