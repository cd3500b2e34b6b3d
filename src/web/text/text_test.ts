import { assertEquals } from "../../../tests/assert.ts";
import { ageText, durationText } from "./duration.ts";
import { scheduleWords } from "./schedule_words.ts";

Deno.test("durations have two units at most", () => {
  const shown = [0, 840, 999.6, 4200, 9949, 9951, 59_499, 59_999, 185_000, 3_599_999, 7_620_000, 442_800_000];
  assertEquals(shown.map(durationText), [
    "0 ms",
    "840 ms",
    "1.0 s",
    "4.2 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1m 00s",
    "3m 05s",
    "1h 00m",
    "2h 07m",
    "5d 03h",
  ]);
});

Deno.test("ages have one unit", () => {
  const shown = [0, 40_000, 719_999, 3 * 3_600_000, 13 * 86_400_000, 50 * 86_400_000, 800 * 86_400_000];
  assertEquals(shown.map(ageText), ["now", "40s", "11m", "3h", "13d", "7w", "2y"]);
});

Deno.test("schedules in words, where there are some", () => {
  const words = {
    "* * * * *": "every minute",
    "*/5 * * * *": "every 5 min",
    "0 * * * *": "hourly at :00",
    "15 */6 * * *": "every 6 h at :15",
    "30 2 * * *": "daily at 02:30",
    "0 6,18 * * *": "daily at 06:00, 18:00",
    "0 3 * * 0": "Sundays at 03:00",
    "0 3 * * 7": "Sundays at 03:00",
    "0 9 * * mon": "Mondays at 09:00",
    "0 6 * * 1-5": "weekdays at 06:00",
    "0 5 1 * *": "monthly on day 1 at 05:00",
    "@daily": "daily at 00:00",
    "CRON_TZ=Asia/Tokyo 30 2 * * *": "daily at 02:30 (Asia/Tokyo)",
    "0 0 1 1 *": "0 0 1 1 *",
    "0-30/7 2 * * *": "0-30/7 2 * * *",
    "0 5 1 * 1": "0 5 1 * 1",
  };
  for (const [expression, expected] of Object.entries(words)) {
    assertEquals(scheduleWords(expression), expected);
  }
});
