import { timeZone } from "./time_zone.ts";

/** An instant as the clocks of a zone show it: `2026-11-24T02:30:00+01:00`, `…Z` when they show UTC. */
export function zonedTime(at: number, zone: string): string {
  const { offset } = timeZone(zone).at(at);
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const shift = offset === 0 ? "Z" : `${offset < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  return `${new Date(at + offset).toISOString().slice(0, 19)}${shift}`;
}
