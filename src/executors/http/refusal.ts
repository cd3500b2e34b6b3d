/**
 * Where a machine's credentials are told, a step goes only if its definition's `permissions` name the place. Asked
 * right before each connection, also for those that redirections lead to: a name may lead anywhere.
 */
import { isMetadataHost, metadataAddress } from "../../core/metadata_host.ts";
import { covers, type PermissionDecl } from "../../core/permissions.ts";

/** Where a request is about to go. */
export interface Destination {
  /** As a `URL` has it. */
  readonly host: string;
  /** `host:port`, as permissions name it. */
  readonly entry: string;
  /** No proxy stands between, which would look the name up itself. */
  readonly direct: boolean;
}

/**
 * @param addressesOf looks up a name; none when it is not known
 * @returns why the step must not connect there; "" when it may
 */
export async function refusalOf(
  { host, entry, direct }: Destination,
  permissions: PermissionDecl | null,
  addressesOf: (name: string) => Promise<readonly string[]>,
): Promise<string> {
  const net = permissions?.net ?? [];
  if (net === true) return "";
  const isNamed = (place: string) => net.some((grant) => covers("net", grant, place));
  if (isMetadataHost(host)) return isNamed(entry) ? "" : sentence(`"${entry}"`, entry);
  const address = direct ? await metadataAddress(host, addressesOf) : "";
  if (address === "") return "";
  const place = address + entry.slice(entry.lastIndexOf(":"));
  return isNamed(place) ? "" : sentence(`"${entry}", which leads to ${address}`, `${entry}, ${place}`);
}

function sentence(place: string, needed: string): string {
  return `Cannot send a request to ${place}: there the machine's own credentials may be told; ` +
    `"permissions" of the definition may allow it by "net: [${needed}]"`;
}
