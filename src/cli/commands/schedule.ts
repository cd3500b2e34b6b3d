import { DaguError } from "../../core/errors.ts";
import { FIRE_OUTCOMES, type FireOutcome, type FireRecord } from "../../core/schedule/schedule.ts";
import { suggest } from "../../core/text/suggest.ts";
import { zonedTime } from "../../core/schedule/zoned_time.ts";
import type { SchedulePreview, UpcomingFireOf } from "../../app/app.ts";
import { type Console, defineCommand } from "../command.ts";
import { formatDuration } from "../text/format.ts";
import { JSON_FLAG } from "../flags/run_flags.ts";
import { tableText } from "../text/table.ts";
import { parseLast } from "../flags/time_filter.ts";

const DEFAULT_COUNT = 20;
const DEFAULT_HISTORY = 100;

export const command = defineCommand({
  usage: "[dag]",
  about: `Shows what the schedules of a DAG, or of all DAGs, will do next, each time with its zone.

    With --history: what became of each expected fire. It was started, queued, caught up (made good later), skipped
    or missed, and for the last two there is a reason.`,
  examples: [
    "dagu schedule nightly",
    "dagu schedule nightly --count 3 --json",
    "dagu schedule --history --outcome missed --last 7d",
  ],
  flags: [
    {
      name: "count",
      short: "n",
      kind: "text",
      value: "number",
      doc: `Most lines; default: ${DEFAULT_COUNT}, of the history ${DEFAULT_HISTORY}`,
    },
    { name: "history", kind: "bool", doc: "Show what became of fires of the past" },
    {
      name: "outcome",
      kind: "list",
      value: "outcome",
      doc: "With --history: fires that ended so",
      choices: FIRE_OUTCOMES,
    },
    { name: "last", kind: "text", value: "duration", doc: "With --history: fires of the last 24h, 7d, 2w" },
    JSON_FLAG,
  ],
  args: { min: 0, max: 1, what: "at most one DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const dag = call.args[0] ?? "";
    const count = countOf(flags.count, flags.history ? DEFAULT_HISTORY : DEFAULT_COUNT);
    const app = await call.app();
    if (flags.history) {
      const outcomes = flags.outcome.flatMap((text) => text.split(",")).map(outcomeOf);
      const filter = {
        limit: count,
        ...(outcomes.length === 0 ? {} : { outcomes }),
        ...(flags.last === "" ? {} : { from: console.now() - parseLast("last", flags.last) }),
      };
      const records = await app.fireHistory({ dag, filter });
      if (flags.json) printJson(console, records.map(recordJson));
      else printHistory(console, records);
      return 0;
    }
    for (const name of ["outcome", "last"]) {
      if (call.given.has(name)) throw new DaguError(`Flag --${name} is only for --history`);
    }
    const onProblem = (path: string, message: string) =>
      console.err(`Warning: "${path}" is left out: ${message}\n`);
    const preview = await app.schedule({ dag, count, onProblem });
    if (flags.json) printJson(console, preview.fires.map(fireJson));
    else printPreview(console, dag, preview);
    return 0;
  },
});

function countOf(text: string, otherwise: number): number {
  if (text === "") return otherwise;
  if (!/^[1-9]\d{0,4}$/.test(text)) {
    throw new DaguError(`Invalid value "${text}" of flag --count: expected a whole number from 1 to 99999`);
  }
  return Number(text);
}

function outcomeOf(word: string): FireOutcome {
  const found = FIRE_OUTCOMES.find((one) => one === word.trim().toLowerCase());
  if (found) return found;
  const near = suggest(word, FIRE_OUTCOMES);
  const hint = near === "" ? `expected ${FIRE_OUTCOMES.join(", ")}` : `did you mean ${near}?`;
  throw new DaguError(`Invalid value "${word}" of flag --outcome: ${hint}`);
}

function printJson(console: Console, value: unknown): void {
  console.out(`${JSON.stringify(value, null, 2)}\n`);
}

function fireJson({ dag, at, kind, expression, zone, suspended }: UpcomingFireOf) {
  return {
    dag,
    at: new Date(at).toISOString(),
    local: zonedTime(at, zone),
    zone,
    kind,
    schedule: expression,
    suspended,
  };
}

function recordJson(record: FireRecord) {
  const { dag, job, kind, entry, at, since, count, zone, outcome, why, runId, settledAt } = record;
  const time = (ms: number) => new Date(ms).toISOString();
  const spread = count > 1 ? { since: time(since), count } : {};
  return {
    dag,
    file: job,
    at: time(at),
    local: zonedTime(at, zone),
    zone,
    kind,
    schedule: entry,
    ...spread,
    outcome,
    why,
    dagRunId: runId,
    settledAt: time(settledAt),
  };
}

function printPreview(console: Console, dag: string, { fires, schedules, reboots }: SchedulePreview): void {
  if (fires.some(({ suspended }) => suspended)) {
    console.out("What is marked as suspended will be skipped until its schedules are resumed.\n\n");
  }
  if (fires.length > 0) {
    const rows = fires.map((fire) => [
      zonedTime(fire.at, fire.zone),
      fire.zone,
      formatDuration(Math.max(0, fire.at - console.now())),
      fire.dag,
      fire.suspended ? `${fire.kind} (suspended)` : fire.kind,
      fire.expression,
    ]);
    console.out(tableText(["DUE", "ZONE", "IN", "DAG", "KIND", "SCHEDULE"], rows));
  } else if (reboots === 0) console.out(`${nothing(dag, schedules)}\n`);
  if (reboots > 0) {
    console.out(`${reboots === 1 ? "One schedule waits" : `${reboots} schedules wait`} for the next boot.\n`);
  }
}

function nothing(dag: string, schedules: number): string {
  if (schedules > 0) return "Nothing is ever due";
  return dag === "" ? "No DAG has a schedule" : `The DAG "${dag}" has no schedule`;
}

function printHistory(console: Console, records: readonly FireRecord[]): void {
  if (records.length === 0) return console.out("No fires found\n");
  const rows = records.map((record) => [
    zonedTime(record.at, record.zone),
    record.dag,
    record.kind,
    record.outcome,
    record.runId || "-",
    record.count > 1
      ? `${record.count} times since ${zonedTime(record.since, record.zone)}: ${record.why}`
      : record.why,
  ]);
  console.out(tableText(["DUE", "DAG", "KIND", "OUTCOME", "RUN ID", "WHY"], rows));
}
