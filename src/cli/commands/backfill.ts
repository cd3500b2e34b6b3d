import type { BackfillPlan } from "../../app/app.ts";
import { DaguError } from "../../core/errors.ts";
import { zonedTime } from "../../core/schedule/zoned_time.ts";
import { type Console, defineCommand } from "../command.ts";
import { paramInput, PARAMS_FLAG } from "../flags/run_flags.ts";
import { tableText } from "../text/table.ts";
import { parseTime } from "../flags/time_filter.ts";

export const command = defineCommand({
  usage: "<dag> --from time [-- parameters]",
  about:
    `Puts a run into the queue for each time of the past at which the schedule of a DAG was due and that has no
    run. Each has the id that a scheduler would have given it, so that nothing runs twice, however often this is
    called.

    In parameters {date} stands for the day of a run and {time} for its time, as the clocks of its zone show it.`,
  examples: [
    "dagu backfill nightly --from 2026-01-01 --until 2026-01-31 --dry-run",
    "dagu backfill nightly --from 2026-01-01 -- DAY={date}",
  ],
  flags: [
    { name: "from", kind: "text", value: "time", doc: "First time: a day like 2026-01-31, or a time" },
    { name: "until", kind: "text", value: "time", doc: "Last time; a day alone means its end. Default: now" },
    { name: "dry-run", kind: "bool", doc: "Only show what would be queued" },
    PARAMS_FLAG,
  ],
  args: { min: 1, max: 1, what: "a DAG file path or name" },
  rest: "parameters",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags, given, args, rest } = call;
    if (!given.has("from")) {
      throw new DaguError("Flag --from is needed: the first time, a day like 2026-01-31");
    }
    const plan = await (await call.app()).backfill({
      dag: args[0]!,
      from: parseTime("from", flags.from, false),
      until: flags.until === "" ? console.now() : lastOf(flags.until),
      params: paramInput(flags.params, given, rest),
      dryRun: flags["dry-run"],
    });
    if (!flags.quiet) print(console, plan, flags["dry-run"]);
    return 0;
  },
});

/** Midnight belongs to the day that it begins. */
function lastOf(until: string): number {
  const end = parseTime("until", until, true);
  return end === parseTime("until", until, false) ? end : end - 1;
}

function print(console: Console, { name, fires }: BackfillPlan, dryRun: boolean): void {
  if (fires.length === 0) return console.out(`"${name}" was not due in that time\n`);
  const rows = fires.map(({ at, zone, runId, ran }) => [
    zonedTime(at, zone),
    zone,
    runId,
    ran ? "has a run" : dryRun ? "would be queued" : "queued",
  ]);
  console.out(tableText(["DUE", "ZONE", "RUN ID", "STATE"], rows));
}
