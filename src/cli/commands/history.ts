import { DaguError } from "../../core/errors.ts";
import { isActiveRun, type RunStatus, runStatusByName, runStatusName } from "../../core/status.ts";
import type { RunFilter } from "../../ports/run_store.ts";
import { statusPainter } from "../text/colour.ts";
import { type Console, defineCommand } from "../command.ts";
import { damageReporter } from "../report/damage.ts";
import { formatDuration, formatTime, plainLine } from "../text/format.ts";
import { suggest } from "../../core/text/suggest.ts";
import { type RunJson, runJson } from "../report/run_json.ts";
import { parseLast, parseTime } from "../flags/time_filter.ts";

const DEFAULT_LIMIT = 100;
const STATUSES = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((code) => runStatusName(code as RunStatus));

export const command = defineCommand({
  usage: "[dag]",
  about:
    `Lists the runs of a DAG, or of all DAGs, newest first. Times are local; --from is inclusive, --to is not. A day
    such as 2026-01-31 given for --to includes that day.`,
  examples: [
    "dagu history etl --last 7d --status failed",
    "dagu history --from 2026-01-01 --to 2026-01-31 --format csv",
  ],
  flags: [
    { name: "from", kind: "text", value: "time", doc: "Runs created at this time or later" },
    { name: "to", kind: "text", value: "time", doc: "Runs created before this time" },
    { name: "last", kind: "text", value: "duration", doc: "Runs of the last 24h, 7d, 2w" },
    {
      name: "status",
      short: "s",
      kind: "list",
      value: "status",
      doc: "Runs with this status",
      choices: STATUSES,
    },
    {
      name: "limit",
      short: "n",
      kind: "text",
      value: "number",
      default: String(DEFAULT_LIMIT),
      doc: "Most runs",
    },
    {
      name: "format",
      short: "f",
      kind: "text",
      value: "table|json|csv",
      default: "table",
      doc: "Form of the list",
      choices: ["table", "json", "csv"],
    },
    { name: "json", kind: "bool", doc: "Same as --format json" },
  ],
  args: { min: 0, max: 1, what: "at most one DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const format = flags.json ? "json" : flags.format;
    if (!Object.hasOwn(PRINTERS, format)) {
      throw new DaguError(`Invalid value "${format}" of flag --format: expected table, json or csv`);
    }
    const print = PRINTERS[format]!;
    await call.config();
    const filter = filterOf(flags, console.now());
    const app = await call.app();
    const runs = await app.history({ dag: call.args[0] ?? "", filter, onDamaged: damageReporter(call) });
    print(console, runs.map(({ record, damaged }) => runJson(record, damaged)));
    return 0;
  },
});

interface FilterFlags {
  readonly from: string;
  readonly to: string;
  readonly last: string;
  readonly status: readonly string[];
  readonly limit: string;
}

function filterOf(flags: FilterFlags, now: number): RunFilter {
  if (flags.last !== "" && flags.from !== "") {
    throw new DaguError("Flags --last and --from cannot be given together: both say where to begin");
  }
  const statuses = flags.status.flatMap((text) => text.split(",")).map((word) => {
    const status = runStatusByName(word.trim().toLowerCase());
    if (status !== undefined) return status;
    const near = suggest(word, STATUSES);
    const hint = near === "" ? `expected ${STATUSES.join(", ")}` : `did you mean ${near}?`;
    throw new DaguError(`Invalid value "${word}" of flag --status: ${hint}`);
  });
  if (!/^[1-9]\d{0,8}$/.test(flags.limit)) {
    throw new DaguError(`Invalid value "${flags.limit}" of flag --limit: expected a positive whole number`);
  }
  const from = flags.last !== ""
    ? now - parseLast("last", flags.last)
    : flags.from !== ""
    ? parseTime("from", flags.from, false)
    : undefined;
  const to = flags.to !== "" ? parseTime("to", flags.to, true) : undefined;
  return {
    limit: Number(flags.limit),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(statuses.length === 0 ? {} : { statuses }),
  };
}

type Printer = (console: Console, runs: readonly RunJson[]) => void;

const PRINTERS: Readonly<Record<string, Printer>> = {
  json(console, runs) {
    console.out(`${JSON.stringify(runs, null, 2)}\n`);
  },
  csv(console, runs) {
    const rows = runs.map((run) => [
      run.name,
      run.dagRunId,
      run.status,
      run.createdAt ?? "",
      run.startedAt ?? "",
      run.finishedAt ?? "",
      run.durationMs === null ? "" : String(run.durationMs),
      run.params.join(" "),
      run.error,
    ]);
    const header = "name,dagRunId,status,createdAt,startedAt,finishedAt,durationMs,params,error";
    console.out(
      [header, ...rows.map((row) => row.map(csvField).join(","))].map((line) => `${line}\r\n`).join(""),
    );
  },
  table(console, runs) {
    if (runs.length === 0) {
      console.out("No runs found\n");
      return;
    }
    const paint = statusPainter(console.colour);
    const header = ["DAG", "RUN ID", "STATUS", "STARTED", "DURATION", "PARAMS"];
    const rows = runs.map((run) => {
      const started = run.startedAt === null ? 0 : Date.parse(run.startedAt);
      const active = isActiveRun(run.statusCode as RunStatus) && run.finishedAt === null;
      const took = run.durationMs ?? (active && started > 0 ? console.now() - started : null);
      return [
        run.name,
        run.dagRunId,
        run.status,
        formatTime(started),
        took === null ? "-" : formatDuration(took),
        run.params.join(" "),
      ].map(plainLine);
    });
    const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
    const last = header.length - 1;
    const width = console.columns();
    const before = widths.slice(0, last).reduce((sum, one) => sum + one + 2, 0);
    const line = (row: readonly string[], painted: boolean) => {
      const cells = row.map((cell, i) => {
        if (i === last) return width > 0 ? cell.slice(0, Math.max(10, width - before)) : cell;
        const padded = cell.padEnd(widths[i]!);
        return painted && i === 2 ? paint(padded, cell) : padded;
      });
      return `${cells.join("  ").trimEnd()}\n`;
    };
    console.out(line(header, false) + rows.map((row) => line(row, true)).join(""));
  },
};

/** Quoted where CSV needs it; a leading `=` or the like is kept from being read as a formula. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
