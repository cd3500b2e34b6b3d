/** Makes the history of a week in the home of `DAGU_HOME`, through the command line, as of that week. */
import { run, turnBack } from "./past.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

interface Fire {
  readonly ago: number;
  readonly args: readonly string[];
}

/** Every so often, for so many times; some of them go wrong. */
function repeated(
  name: string,
  every: number,
  times: number,
  first: number,
  broken: string,
  wrong: readonly number[],
): Fire[] {
  return Array.from({ length: times }, (_, i) => ({
    ago: first + i * every,
    args: ["start", "--quiet", name, ...(wrong.includes(i) ? ["--", broken] : [])],
  }));
}

const FIRES: readonly Fire[] = [
  ...repeated("orders_etl", HOUR, 20, 18 * MINUTE, "DAY=broken", [0, 7]),
  ...repeated("sync_crm", 15 * MINUTE, 24, 9 * MINUTE, "FAIL=yes", [3, 4, 11]),
  ...repeated("probe_sites", 20 * MINUTE, 24, 4 * MINUTE, "CODE=503", [9]),
  ...repeated("backup_postgres", DAY, 7, 5 * HOUR, "", []),
  ...repeated("nightly_report", DAY, 7, 2 * HOUR, "BREAK=yes", [0]),
  ...repeated("render_thumbnails", 7 * HOUR, 6, 3 * HOUR, "", []),
  ...repeated("train_model", DAY, 5, 20 * HOUR, "", []),
  ...repeated("reindex_search", 2 * DAY, 3, 26 * HOUR, "", []),
  ...repeated("cleanup_logs", 7 * DAY, 1, 6 * DAY, "", []),
  ...repeated("deploy_release", 3 * DAY, 1, 40 * MINUTE, "", []),
];

/** As if each tenth of a second took so many times longer. */
const FACTOR = 90;

if (import.meta.main) {
  for (const { ago, args } of [...FIRES].sort((a, b) => b.ago - a.ago)) {
    turnBack(ago, FACTOR);
    await run(args);
  }
  Deno.exit(0);
}
