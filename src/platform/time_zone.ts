/** Makes an IANA zone the local one of this process. */
export function setTimeZone(zone: string): void {
  Deno.env.set("TZ", zone);
}
