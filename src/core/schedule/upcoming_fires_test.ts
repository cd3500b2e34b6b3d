import { assertEquals } from "../../../tests/assert.ts";
import { plainSchedule } from "./schedule.ts";
import { upcomingFires } from "./upcoming_fires.ts";

const NOON = Date.UTC(2026, 10, 23, 12);

Deno.test("upcoming fires: of all schedules, in order, each with its zone", () => {
  const schedules = {
    start: [plainSchedule("0 13 * * *"), { ...plainSchedule("0 21,22 * * *"), timeZone: "Asia/Tokyo" }],
    stop: [plainSchedule("CRON_TZ=Europe/Berlin 30 13 * * *")],
    restart: [plainSchedule("@reboot"), plainSchedule("0 0 31 2 *")],
  };
  const shown = (count: number) =>
    upcomingFires(schedules, "UTC", NOON, count).map(({ at, kind, zone }) =>
      `${new Date(at).toISOString().slice(5, 16)} ${kind} ${zone}`
    );
  assertEquals(shown(5), [
    "11-23T12:30 stop Europe/Berlin",
    "11-23T13:00 start UTC",
    "11-23T13:00 start Asia/Tokyo",
    "11-24T12:00 start Asia/Tokyo",
    "11-24T12:30 stop Europe/Berlin",
  ]);
  assertEquals(shown(0), []);
  assertEquals(upcomingFires({ start: [], stop: [], restart: [] }, "UTC", NOON, 5), []);
});
