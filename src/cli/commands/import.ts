import type { ImportedJobs } from "../../app/moving_in/import_jobs.ts";
import type { ImportedHome } from "../../app/moving_in/dagu_home.ts";
import { DaguError } from "../../core/errors.ts";
import { type Call, defineCommand } from "../command.ts";
import type { FlagSpec } from "../flags/flags.ts";

const FLAGS = [
  { name: "dry-run", kind: "bool", doc: "Print what would be written, and write nothing" },
  {
    name: "system",
    kind: "bool",
    doc: "Lines of cron have a user in them, as in /etc/cron.d, wherever the file stands",
  },
  { name: "dags", short: "d", kind: "text", value: "dir", doc: "Folder that gets the DAG files" },
] as const satisfies readonly FlagSpec[];

type ImportCall = Call<typeof FLAGS>;

const WHAT = ["crontab", "systemd", "dagu-home"];

export const command = defineCommand({
  usage: "<crontab|systemd|dagu-home> [path ...]",
  about: `Makes DAGs of what runs elsewhere. No file is overwritten, and the source is only read.

    "crontab" takes files, or folders such as /etc/cron.d; without a path the lines of the user. "systemd" takes
    timers, or folders of them; without a path those of /etc/systemd/system. "dagu-home" copies the DAGs, their base,
    the settings and what is suspended, and tells what is different here.

    What needs a look is told with its place, and stands in the DAG too. The exit code is 1 when something could not
    be moved. The jobs go on in their old place until they are taken away there.`,
  examples: [
    "dagu import crontab --dry-run",
    "dagu import crontab /etc/cron.d",
    "dagu import systemd /etc/systemd/system/backup.timer",
    "dagu import dagu-home ~/old/dagu",
  ],
  flags: FLAGS,
  args: { min: 1, max: 100, what: WHAT.join(", ") },
  rest: "",
  completes: WHAT,
  scopes: ["core"],
  settings: { dags: "paths.dagsDir" },
  async run(call) {
    const [what, ...given] = call.args as [string, ...string[]];
    const config = await call.config();
    const { resolve } = await import("../../platform/files/path.ts");
    const sources = given.map((path) => resolve(call.cwd, path));
    const dryRun = call.flags["dry-run"];
    switch (what) {
      case "crontab": {
        const { importCrontab } = await import("../../app/moving_in/crontab_files.ts");
        return tellJobs(call, await importCrontab(config, { sources, dryRun, system: call.flags.system }));
      }
      case "systemd": {
        const { importTimers } = await import("../../app/moving_in/systemd_units.ts");
        return tellJobs(call, importTimers(config, { sources, dryRun }));
      }
      case "dagu-home": {
        if (sources.length !== 1) {
          throw new DaguError('Command "import dagu-home" needs the folder of the other home');
        }
        const { importDaguHome } = await import("../../app/moving_in/dagu_home.ts");
        return tellHome(call, importDaguHome(config, sources[0]!, dryRun));
      }
      default:
        throw new DaguError(`Cannot import "${what}": expected ${WHAT.join(", ")}`);
    }
  },
});

function tellJobs({ console, flags }: ImportCall, { jobs, problems }: ImportedJobs): number {
  for (const { path, place, text, remarks, kept } of jobs) {
    if (kept) console.out(`Kept  ${path}: a file of that name is there, ${place} is not moved\n`);
    else if (flags["dry-run"]) console.out(`# ${path}\n${text}\n`);
    else if (!flags.quiet) console.out(`Made  ${path}\n`);
    for (const remark of kept ? [] : remarks) console.err(`${place}: look at this: ${remark}\n`);
  }
  for (const { place, message } of problems) console.err(`${place}: ${message}\n`);
  if (jobs.length + problems.length === 0) console.out("Nothing found to import\n");
  return problems.length > 0 || jobs.some(({ kept }) => kept) ? 1 : 0;
}

function tellHome({ console, flags }: ImportCall, { copied, kept, remarks, problems }: ImportedHome): number {
  for (const { from, to } of flags.quiet ? [] : copied) console.out(`Made  ${to}, from ${from}\n`);
  for (const path of kept) console.out(`Kept  ${path}: it differs from that of the source\n`);
  for (const { place, message } of remarks) console.err(`${place}: look at this: ${message}\n`);
  for (const { place, message } of problems) console.err(`${place}: ${message}\n`);
  return problems.length + kept.length > 0 ? 1 : 0;
}
