import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { checkTimeZone, timeZone } from "./time_zone.ts";

const HOUR = 3_600_000;

Deno.test("time zone: offsets and where they change", () => {
  const berlin = timeZone("Europe/Berlin");
  const change = Date.parse("2026-03-29T01:00:00Z");
  assertEquals(berlin.at(change - 1), { start: Date.UTC(2026, 0, 1), end: change, offset: HOUR });
  assertEquals(berlin.at(change).offset, 2 * HOUR);
  assertEquals(berlin.at(change).end, Date.parse("2026-10-25T01:00:00Z"));
  assertEquals(berlin.at(Date.UTC(2026, 11, 31, 23, 59, 59)).end, Date.UTC(2027, 0, 1));
  assertEquals(timeZone("Asia/Kathmandu").at(0).offset, 5.5 * HOUR);
  assertEquals(timeZone("America/St_Johns").at(change).offset, -2.5 * HOUR);
  assertEquals(timeZone("UTC").at(change).offset, 0);
});

Deno.test("time zone: two changes within weeks of each other", () => {
  // Morocco turns its clocks back for Ramadan only.
  const zone = timeZone("Africa/Casablanca");
  assertEquals(zone.at(Date.parse("2026-02-10T00:00:00Z")).offset, HOUR);
  assertEquals(zone.at(Date.parse("2026-03-01T00:00:00Z")).offset, 0);
  assertEquals(zone.at(Date.parse("2026-04-01T00:00:00Z")).offset, HOUR);
});

Deno.test("time zone: agrees with the system in every hour of a year", () => {
  for (
    const name of [
      "Europe/Berlin",
      "Australia/Lord_Howe",
      "America/Santiago",
      "Africa/Cairo",
      "Africa/Casablanca",
    ]
  ) {
    const zone = timeZone(name);
    const wall = new Intl.DateTimeFormat("sv-SE", {
      timeZone: name,
      dateStyle: "short",
      timeStyle: "medium",
    });
    for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2026, 0, 1); at += HOUR) {
      const shown = Date.parse(`${wall.format(at).replace(" ", "T")}Z`);
      assertEquals(zone.toLocal(at), shown, `${name} at ${new Date(at).toISOString()}`);
    }
  }
});

Deno.test("time zone: from the wall clock to the instant", () => {
  const zone = timeZone("Europe/Berlin");
  const instant = (local: string) =>
    new Date(zone.toInstant(Date.parse(`${local}:00Z`))).toISOString().slice(0, 16);
  assertEquals(instant("2026-07-01T12:00"), "2026-07-01T10:00");
  assertEquals(instant("2026-03-29T01:59"), "2026-03-29T00:59");
  assertEquals(instant("2026-03-29T02:30"), "2026-03-29T01:00");
  assertEquals(instant("2026-03-29T03:00"), "2026-03-29T01:00");
  assertEquals(instant("2026-10-25T02:30"), "2026-10-25T00:30");
  assertEquals(instant("2026-10-25T03:00"), "2026-10-25T02:00");
  assertEquals(instant("2027-01-01T00:30"), "2026-12-31T23:30");
});

Deno.test("time zone: names", () => {
  assertEquals(checkTimeZone("America/Argentina/Buenos_Aires"), "");
  assertMatch(checkTimeZone("Mars/Olympus"), /Unknown time zone "Mars\/Olympus"/);
  assert(timeZone("UTC") === timeZone("UTC"));
});
