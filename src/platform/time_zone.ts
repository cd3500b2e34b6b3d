/** Makes an IANA zone the local one of this process. */
export function setTimeZone(zone: string): void {
  Deno.env.set("TZ", zone);
}

/** IANA name of the local zone of this process. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
