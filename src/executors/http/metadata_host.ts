/**
 * Addresses that only this machine's neighbours answer at: there clouds tell whoever asks who the machine is, with
 * its credentials. No step reaches them by chance, or because a value that it was given says so.
 */

const NAMES = ["metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"];

/** @param hostname as a `URL` has it, in which each address has one form */
export function isMetadataHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (NAMES.includes(host) || /^169\.254\.\d+\.\d+$/.test(host)) return true;
  if (!host.startsWith("[")) return false;
  // fe80::/10, the same in IPv4 inside of IPv6, and the address that Amazon's machines have besides.
  return /^\[fe[89ab]/.test(host) || host.startsWith("[::ffff:a9fe:") || host === "[fd00:ec2::254]";
}
