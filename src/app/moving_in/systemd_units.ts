/** The timers of systemd on this machine. */
import type { ForeignJob, Remark } from "../../builder/moving_in/foreign_job.ts";
import { readTimer } from "../../builder/moving_in/systemd_timer.ts";
import { UnitFile } from "../../builder/moving_in/unit_file.ts";
import type { Config } from "../../config/config.ts";
import { existsSync } from "../../platform/files/files.ts";
import { osEnv } from "../../platform/os_env.ts";
import { basename, dirname } from "../../platform/files/path.ts";
import { type ImportedJobs, type ImportOptions, writeJobs } from "./import_jobs.ts";
import { filesIn, readSource } from "./sources.ts";

/** What an administrator wrote. */
const OWN = "/etc/systemd/system";
const FURTHER = [OWN, "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

export function importTimers(config: Config, { sources, dryRun }: ImportOptions): ImportedJobs {
  const env = osEnv();
  const user = env.USER || env.LOGNAME || "";
  const jobs: ForeignJob[] = [];
  const problems: Remark[] = [];
  for (const source of sources.length === 0 ? [OWN] : sources) {
    for (const file of filesIn(source, (name) => name.endsWith(".timer"))) {
      const job = readOne(file, user);
      if ("message" in job) problems.push(job);
      else jobs.push(job);
    }
  }
  return writeJobs(config, { jobs, problems }, dryRun);
}

function readOne(file: string, user: string): ForeignJob | Remark {
  const timer = withDropIns(file);
  const section = timer.all("Timer.OnCalendar")[0] ?? timer.all("Timer.OnBootSec")[0];
  const place = `${file}:${section?.line ?? 1}`;
  const name = basename(file, ".timer");
  const unit = timer.value("Timer.Unit") || `${name}.service`;
  const folders = [dirname(file), ...FURTHER];
  const service = folders.map((folder) => `${folder}/${unit}`).find(existsSync);
  if (service === undefined) {
    return { place, message: `its unit "${unit}" is not found, looked in ${folders.join(", ")}` };
  }
  const job = readTimer({ name, place, timer, service: withDropIns(service), user });
  return job ?? { place, message: `its unit "${service}" has no ExecStart` };
}

function withDropIns(file: string): UnitFile {
  const unit = new UnitFile().add(file, readSource(file));
  const folder = `${file}.d`;
  if (!existsSync(folder)) return unit;
  for (const one of filesIn(folder, (name) => name.endsWith(".conf"))) unit.add(one, readSource(one));
  return unit;
}
