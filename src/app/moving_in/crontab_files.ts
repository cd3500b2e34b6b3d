/** The lines of cron on this machine. */
import { readCrontab } from "../../builder/moving_in/crontab.ts";
import type { ForeignJobs } from "../../builder/moving_in/foreign_job.ts";
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { SystemCommands } from "../../platform/process/commands.ts";
import { osEnv } from "../../platform/os_env.ts";
import { type ImportedJobs, type ImportOptions, writeJobs } from "./import_jobs.ts";
import { filesIn, readNamed } from "./sources.ts";

/** What cron itself reads in a folder. */
const NAME = /^[A-Za-z0-9_-]+$/;

/** @param system lines have a user in them, as those below `/etc/cron*` have anyway */
export async function importCrontab(
  config: Config,
  { sources, dryRun, system }: ImportOptions & { readonly system: boolean },
): Promise<ImportedJobs> {
  const found: ForeignJobs[] = [];
  const env = osEnv();
  const user = env.USER || env.LOGNAME || "";
  if (sources.length === 0) {
    found.push(readCrontab(await ownTable(), { file: "crontab", system: false, user }));
  }
  for (const source of sources) {
    for (const file of filesIn(source, (name) => NAME.test(name))) {
      found.push(
        readCrontab(readNamed(file), { file, system: system || file.startsWith("/etc/cron"), user }),
      );
    }
  }
  return writeJobs(config, {
    jobs: found.flatMap(({ jobs }) => jobs),
    problems: found.flatMap(({ problems }) => problems),
  }, dryRun);
}

async function ownTable(): Promise<string> {
  const env = osEnv();
  const { exitCode, stdout, stderr } = await new SystemCommands().run({
    program: "crontab",
    args: ["-l"],
    env,
    cwd: "",
  });
  if (exitCode === 0) return stdout;
  throw new DaguError(`Cannot read the crontab of this user: "crontab -l" says: ${stderr.trim()}`);
}
