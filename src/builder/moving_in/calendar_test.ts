import { parseCron } from "../../core/schedule/cron.ts";
import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { calendarToCron } from "./calendar.ts";

const GOOD: Readonly<Record<string, string>> = {
  minutely: "* * * * *",
  hourly: "0 * * * *",
  Daily: "0 0 * * *",
  weekly: "0 0 * * 1",
  quarterly: "0 0 1 1,4,7,10 *",
  "*-*-* 02:30:00": "30 2 * * *",
  "02:30": "30 2 * * *",
  "*:0/15": "*/15 * * * *",
  "*:5/10": "5-59/10 * * * *",
  "*-*-* *:00:00": "0 * * * *",
  "Mon..Fri 08:00": "0 8 * * 1-5",
  "Mon,Wed,Fri *-*-* 10,22:30": "30 10,22 * * 1,3,5",
  "Sat..Sun 00:00": "0 0 * * 6-7",
  Sunday: "0 0 * * 0",
  "*-*-01 00:00:00": "0 0 1 * *",
  "*-01,07-1..7/2 06:05:00": "5 6 1-7/2 1,7 *",
  "12-24 18:00": "0 18 24 12 *",
};

Deno.test("calendar: what cron can say", () => {
  for (const [text, expected] of Object.entries(GOOD)) {
    const { expression, error } = calendarToCron(text);
    assertEquals([expression, error], [expected, ""], text);
    assertEquals(parseCron(expression).error, "", text);
  }
});

Deno.test("calendar: a zone behind it", () => {
  assertEquals(calendarToCron("daily UTC"), { expression: "0 0 * * *", timezone: "UTC", error: "" });
  assertEquals(calendarToCron("Mon 09:00 Europe/Berlin").timezone, "Europe/Berlin");
});

Deno.test("calendar: what cron cannot say is refused with the reason", () => {
  const bad: Record<string, RegExp> = {
    "*:*:30": /seconds/,
    "2027-01-01 00:00": /year/,
    "Mon *-*-01": /day of the week and a day of the month/,
    "*-*~01": /end of the month/,
    "25:00": /out of range/,
    "Fri..Mon 00:00": /end of the week/,
    "*-*-*-* 00:00": /no date/,
    constructor: /no day of the week|no time|no date|not known/,
    "sometimes maybe": /no day of the week/,
  };
  for (const [text, reason] of Object.entries(bad)) assertMatch(calendarToCron(text).error, reason, text);
});
