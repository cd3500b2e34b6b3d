/** Schedules of which nothing will ever come. */
import { parseCron } from "../../core/schedule/cron.ts";
import { nextFire } from "../../core/schedule/next_fire.ts";
import { SCHEDULE_KINDS } from "../../core/schedule/schedule.ts";
import { timeZone } from "../../core/schedule/time_zone.ts";
import type { Rule } from "../rule.ts";

/** Whether a schedule ever fires does not depend on the day on which one asks. */
const SOME_DAY = Date.UTC(2026, 0, 1);

export const neverFires: Rule = {
  name: "never-fires",
  level: "error",
  doc: "A schedule names a time that no calendar has, such as the 30th of February.",
  check: (document) =>
    SCHEDULE_KINDS.flatMap((kind) =>
      document.dag.schedule[kind].filter(({ expression }) => isNever(expression)).map(({ expression }) => ({
        node: document.at("schedule"),
        message: `the schedule "${expression}" never fires: there is no such day`,
        fix: "look at day and month, its third and fourth fields; dagu schedule shows what is to come",
      }))
    ),
};

function isNever(expression: string): boolean {
  const { cron } = parseCron(expression);
  return cron !== null && !cron.reboot && nextFire(cron, SOME_DAY, timeZone("UTC")) === null;
}
