import { assert, assertEquals } from "../../../tests/assert.ts";
import { cronHasDay, type CronSpec, parseCron } from "./cron.ts";
import { nextFire } from "./next_fire.ts";
import { hasMember } from "./small_set.ts";
import { type Stretch, timeZone } from "./time_zone.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kolkata"];

function fires(expression: string, zone: string, from: string, count: number): string[] {
  const cron = parseCron(expression).cron!;
  const found: string[] = [];
  let at: number | null = Date.parse(from) - 1;
  while (found.length < count && (at = nextFire(cron, at, timeZone(zone))) !== null) {
    found.push(new Date(at).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

Deno.test("next fire: plain times", () => {
  assertEquals(fires("30 8 * * 1-5", "UTC", "2026-01-02T08:30:00Z", 3), [
    "2026-01-02T08:30Z",
    "2026-01-05T08:30Z",
    "2026-01-06T08:30Z",
  ]);
  assertEquals(fires("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", 1), ["2104-02-29T00:00Z"]);
  assertEquals(fires("0 0 31 2 *", "UTC", "2026-01-01T00:00:00Z", 1), []);
  assertEquals(fires("*/25 59 23 31 12 *", "UTC", "2026-12-31T23:59:26Z", 3), [
    "2026-12-31T23:59:50.000Z",
    "2027-12-31T23:59Z",
    "2027-12-31T23:59:25.000Z",
  ]);
  assertEquals(fires("15 10,12 * * *", "Asia/Kolkata", "2026-05-05T04:46:00Z", 2), [
    "2026-05-05T06:45Z",
    "2026-05-06T04:45Z",
  ]);
});

Deno.test("next fire: @reboot has no time", () => {
  assertEquals(fires("@reboot", "UTC", "2026-01-01T00:00:00Z", 1), []);
});

Deno.test("next fire: clocks leap from 02:00 to 03:00", () => {
  const day = "2026-03-28T23:00:00Z";
  const gap = "2026-03-29T01:00Z";
  assertEquals(fires("30 2 * * *", "Europe/Berlin", day, 2), [gap, "2026-03-30T00:30Z"]);
  assertEquals(fires("*/10 2 * * *", "Europe/Berlin", day, 2), [gap, "2026-03-30T00:00Z"]);
  assertEquals(fires("0 2,3 * * *", "Europe/Berlin", day, 2), [gap, "2026-03-30T00:00Z"]);
  assertEquals(fires("30 1-3 * * *", "Europe/Berlin", day, 3), [
    "2026-03-29T00:30Z",
    gap,
    "2026-03-29T01:30Z",
  ]);
  assertEquals(fires("30 * * * *", "Europe/Berlin", day, 4), [
    "2026-03-28T23:30Z",
    "2026-03-29T00:30Z",
    "2026-03-29T01:30Z",
    "2026-03-29T02:30Z",
  ]);
  assertEquals(fires("0 */2 * * *", "Europe/Berlin", day, 2), ["2026-03-28T23:00Z", "2026-03-29T02:00Z"]);
});

Deno.test("next fire: clocks go from 03:00 back to 02:00", () => {
  const day = "2026-10-24T22:00:00Z";
  assertEquals(fires("30 2 * * *", "Europe/Berlin", day, 2), ["2026-10-25T00:30Z", "2026-10-26T01:30Z"]);
  assertEquals(fires("*/30 2 * * *", "Europe/Berlin", day, 3), [
    "2026-10-25T00:00Z",
    "2026-10-25T00:30Z",
    "2026-10-26T01:00Z",
  ]);
  assertEquals(fires("30 * * * *", "Europe/Berlin", day, 4), [
    "2026-10-24T22:30Z",
    "2026-10-24T23:30Z",
    "2026-10-25T00:30Z",
    "2026-10-25T01:30Z",
  ]);
  assertEquals(fires("0 */2 * * *", "Europe/Berlin", day, 4), [
    "2026-10-24T22:00Z",
    "2026-10-25T00:00Z",
    "2026-10-25T01:00Z",
    "2026-10-25T03:00Z",
  ]);
});

Deno.test("next fire: a day without midnight, and one that never was", () => {
  assertEquals(fires("0 0 * * *", "Africa/Cairo", "2026-04-23T12:00:00Z", 2), [
    "2026-04-23T22:00Z",
    "2026-04-24T21:00Z",
  ]);
  // Samoa went from the 29th of December to the 31st.
  assertEquals(fires("0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 3), [
    "2011-12-29T22:00Z",
    "2011-12-30T10:00Z",
    "2011-12-30T22:00Z",
  ]);
});

/** Changes of a zone's clocks over ten years. */
function changes(zone: string): { readonly at: number; readonly before: Stretch; readonly after: Stretch }[] {
  const found = [];
  let before = timeZone(zone).at(Date.UTC(2020, 0, 1));
  while (before.end < Date.UTC(2030, 0, 1)) {
    const after = timeZone(zone).at(before.end);
    if (after.offset !== before.offset) found.push({ at: before.end, before, after });
    before = after;
  }
  return found;
}

function matches(cron: CronSpec, local: number): boolean {
  const date = new Date(local);
  return hasMember(cron.minutes, date.getUTCMinutes()) && hasMember(cron.hours, date.getUTCHours()) &&
    hasMember(cron.months, date.getUTCMonth() + 1) && cronHasDay(cron, date.getUTCDate(), date.getUTCDay());
}

/** The rule, minute by minute, with nothing but the system's idea of local time. */
function expectedFires(cron: CronSpec, zone: string, from: number, to: number): number[] {
  const wall = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  const localAt = (instant: number) => Date.parse(`${wall.format(instant).replace(" ", "T")}Z`);
  const found: number[] = [];
  let latest = localAt(from - MINUTE);
  for (let at = from; at < to; at += MINUTE) {
    const local = localAt(at);
    const first = local > latest;
    let due = matches(cron, local) && (first || cron.interval);
    for (let lost = latest + MINUTE; first && !cron.interval && lost < local; lost += MINUTE) {
      due ||= matches(cron, lost);
    }
    if (due) found.push(at);
    latest = Math.max(latest, local);
  }
  return found;
}

const PATTERNS = [
  "30 2 * * *",
  "0 0 * * *",
  "15 1 * * *",
  "*/20 0-3 * * *",
  "0 1,2,3 * * *",
  "*/15 * * * *",
  "0 */2 * * *",
  "45 1/2 * * *",
  "30 2 * * 0",
  "5 0 1-7,25-31 3,4,10,11 *",
];

/** Compares with the rule in the time around a change. */
function verifyAround(place: number, half: number, text: string, zone: string): void {
  const cron = parseCron(text).cron!;
  const [from, to] = [place - half, place + half];
  const got: number[] = [];
  let at = nextFire(cron, from - 1, timeZone(zone));
  while (at !== null && at < to) {
    got.push(at);
    at = nextFire(cron, at, timeZone(zone));
  }
  const show = (list: number[]) => list.map((one) => new Date(one).toISOString());
  assertEquals(show(got), show(expectedFires(cron, zone, from, to)), `${text} in ${zone}`);
}

for (const zone of ZONES) {
  Deno.test(`next fire: around every change of ten years in ${zone}`, () => {
    const all = changes(zone);
    const places = all.length > 0 ? all.map((one) => one.at) : [Date.UTC(2026, 2, 29, 1)];
    for (const text of PATTERNS) {
      for (const place of places) verifyAround(place, DAY / 2, text, zone);
    }
  });
}

Deno.test("next fire: around every change of ten years in every zone of the world", () => {
  const seen = new Set<string>();
  for (const zone of Intl.supportedValuesOf("timeZone")) {
    for (const { at, before, after } of changes(zone)) {
      // Zones that share a change behave alike.
      const change = `${at} ${before.offset} ${after.offset}`;
      if (seen.has(change)) continue;
      seen.add(change);
      for (const text of ["*/15 0-4,22,23 * * *", "*/10 * * * *"]) verifyAround(at, 130 * MINUTE, text, zone);
    }
  }
  assert(seen.size > 300, `${seen.size}`);
});

Deno.test("next fire: a daily job runs once on each day of ten years", () => {
  for (const zone of ZONES) {
    for (const text of ["30 2 * * *", "0 0 * * *", "59 23 * * *", "30 1 * * *"]) {
      const cron = parseCron(text).cron!;
      let at = Date.UTC(2020, 0, 1);
      let days = 0;
      for (let next = nextFire(cron, at, timeZone(zone)); next! < Date.UTC(2030, 0, 1); days++) {
        assert(next! - at <= 26 * 3_600_000 && next! > at, `${text} in ${zone} after ${new Date(at)}`);
        at = next!;
        next = nextFire(cron, at, timeZone(zone));
      }
      assertEquals(days, 3653, `${text} in ${zone}`);
    }
  }
});

Deno.test("next fire: asked in any order, the answers are the same", () => {
  const cron = parseCron("*/7 1-3 * * *").cron!;
  const zone = timeZone("America/New_York");
  const start = Date.UTC(2026, 10, 1, 3);
  const times = Array.from({ length: 400 }, (_, i) => start + i * MINUTE);
  const forward = times.map((at) => nextFire(cron, at, zone));
  assertEquals(times.toReversed().map((at) => nextFire(cron, at, zone)), forward.toReversed());
  for (const [i, at] of forward.entries()) assert(at! > times[i] && (i === 0 || at! >= forward[i - 1]!));
});
