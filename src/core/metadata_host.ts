/**
 * Addresses that only this machine's neighbours answer at: there clouds tell whoever asks who the machine is, with
 * its credentials. No step reaches them by chance, or because a value that it was given says so.
 */
import { ipBytes } from "./ip_address.ts";

const NAMES = ["metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"];

/** @param host a name or an address; one of IPv6 with or without brackets */
export function isMetadataHost(host: string): boolean {
  const plain = host.toLowerCase().replace(/\.$/, "").replace(/%[^\]]*/, "");
  const bytes = ipBytes(plain);
  if (!bytes) return NAMES.includes(plain);
  // Four bytes stand in sixteen as they are, mapped, or as gateways translate them.
  const hex = bytes.toHex().replace(/^(?:0{20}(?:ffff|0000)|0064ff9b0{16})(?=.{8}$)/, "");
  if (hex.length === 8) return hex.startsWith("a9fe");
  // fe80::/10, and the address that Amazon's machines have besides.
  return /^fe[89ab]/.test(hex) || hex === `fd000ec2${"0".repeat(20)}0254`;
}

/**
 * The address of that kind that a name leads to, as it stands in a `URL`; "" when there is none.
 * @param addressesOf looks up a name; none when it is not known
 */
export async function metadataAddress(
  name: string,
  addressesOf: (name: string) => Promise<readonly string[]>,
): Promise<string> {
  const found = (await addressesOf(name)).find(isMetadataHost) ?? "";
  return found.includes(":") ? `[${found}]` : found;
}
