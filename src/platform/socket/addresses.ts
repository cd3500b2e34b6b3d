/** The addresses behind a name, as connections would find them. */
import { isIpAddress } from "../../core/ip_address.ts";

/** @returns none for what is an address itself, means this machine by its name, or is not known */
export async function addressesOf(name: string): Promise<readonly string[]> {
  if (isIpAddress(name) || name === "localhost") return [];
  const { lookup } = await import("node:dns/promises");
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}
