import { assertEquals } from "../../../tests/assert.ts";
import { DEFAULT_POLICY, plainSchedule } from "../../core/schedule/schedule.ts";
import { loadDag } from "../load.ts";

function schedule(text: string) {
  return loadDag({ text: `${text}\nsteps:\n  - echo a\n`, file: "/dags/x.yaml" }).schedule;
}

Deno.test("schedules: texts and lists", () => {
  const nothing = { start: [], stop: [], restart: [] };
  assertEquals(schedule('schedule: "0 1 * * *"'), { ...nothing, start: [plainSchedule("0 1 * * *")] });
  assertEquals(schedule('schedule: [" @daily ", "5 5 1 * * *"]').start, [
    plainSchedule("@daily"),
    plainSchedule("5 5 1 * * *"),
  ]);
  assertEquals(schedule('schedule: {start: ["0 1 * * *"], stop: "0 2 * * *", restart: "0 3 * * *"}'), {
    start: [plainSchedule("0 1 * * *")],
    stop: [plainSchedule("0 2 * * *")],
    restart: [plainSchedule("0 3 * * *")],
  });
  assertEquals(schedule('schedule: ""'), nothing);
  assertEquals(schedule("schedule:"), nothing);
});

Deno.test("schedules: what an entry says beside its expression", () => {
  const [one, two] = schedule(`schedule:
  - cron: "0 2 * * *"
    timezone: Europe/Berlin
    catchup: all
    catchup_window: 1d12h
    overlap: queue
  - "0 3 * * *"`).start;
  assertEquals(one, {
    expression: "0 2 * * *",
    timeZone: "Europe/Berlin",
    catchup: "all",
    catchupWindowMs: 36 * 3_600_000,
    overlap: "queue",
  });
  assertEquals(two, plainSchedule("0 3 * * *"));
});

Deno.test("schedules: what stands beside the kinds counts for all entries that say nothing else", () => {
  const { start, stop } = schedule(`schedule:
  start:
    - "0 2 * * *"
    - {expression: "0 3 * * *", timezone: Asia/Tokyo, overlap: replace}
  stop: "0 4 * * *"
  timezone: Europe/Berlin
  catchup: off
  overlap: queue`);
  const shared = { ...DEFAULT_POLICY, timeZone: "Europe/Berlin", catchup: "off", overlap: "queue" };
  assertEquals(start, [
    { ...shared, expression: "0 2 * * *" },
    { ...shared, expression: "0 3 * * *", timeZone: "Asia/Tokyo", overlap: "replace" },
  ]);
  assertEquals(stop, [{ ...shared, expression: "0 4 * * *" }]);
  assertEquals(schedule('schedule: {cron: "TZ=UTC @daily", timezone: Asia/Tokyo}').start, [
    { ...DEFAULT_POLICY, expression: "TZ=UTC @daily", timeZone: "Asia/Tokyo" },
  ]);
});
