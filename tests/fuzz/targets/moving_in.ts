/** Jobs of other schedulers: what is made of them is a definition, or is refused with its place. */
import { readCrontab } from "../../../src/builder/moving_in/crontab.ts";
import { type ForeignJob, jobYaml, type Remark } from "../../../src/builder/moving_in/foreign_job.ts";
import { readTimer } from "../../../src/builder/moving_in/systemd_timer.ts";
import { UnitFile } from "../../../src/builder/moving_in/unit_file.ts";
import { formatIssue } from "../../../src/core/errors.ts";
import { checkDag } from "../../../src/spec/load.ts";
import { assertEquals } from "../../assert.ts";
import { damage } from "../damage.ts";
import type { Target } from "../target.ts";

export const CRONTAB = [
  "# Backup",
  'MAILTO="a@b.c"',
  "PATH=/usr/bin:$HOME",
  "*/5 1-3 * jan mon root  echo 'a%b' \\% \"$HOME\" `id`",
  "@reboot user  cd /tmp && ./x.sh > /dev/null 2>&1",
  "0 0 1 1 0 echo end",
].join("\n");
export const TIMER =
  "[Unit]\nDescription=A timer\n[Timer]\nOnCalendar=Mon..Fri *-*-01/2 10:00,30:00 Europe/Berlin\n" +
  "OnCalendar=weekly\nOnBootSec=5min\nPersistent=true\nRandomizedDelaySec=30\n";
export const SERVICE =
  "[Service]\nUser=me\nExecStartPre=-/bin/a 'b c' \\\n  \"d $E\"\nExecStart=/bin/sh -c 'echo %n $$'\n" +
  "Environment=A=b 'C=d e'\nEnvironmentFile=-/etc/x\nWorkingDirectory=~\nTimeoutStartSec=5min 20s\n";

/** The definition must load, and hold what the job says. */
function loads(job: ForeignJob): string {
  const text = jobYaml(job);
  const { dag, issues } = checkDag({ text, file: "/dags/x.yaml" });
  if (dag === null) return issues.map(formatIssue).join("\n");
  assertEquals(dag.description, job.description, text);
  return job.remarks.join("\n");
}

export const MOVING_IN: Readonly<Record<string, Target>> = {
  crontab: {
    make: (random) => damage(CRONTAB, random),
    check(text) {
      return [true, false].flatMap((system) => {
        const { jobs, problems } = readCrontab(text, { file: "/tab", system, user: "me" });
        return [...jobs.map(loads), ...problems.map(({ place, message }: Remark) => `${place}: ${message}`)];
      }).join("\n");
    },
  },
  timer: {
    make: (random) => `${damage(TIMER, random)}\0${damage(SERVICE, random)}`,
    check(text) {
      const [timer = "", service = ""] = text.split("\0[Ser");
      const unit = (name: string, text: string) => new UnitFile().add(`/u/x.${name}`, text);
      const job = readTimer({
        name: "x",
        place: "/u/x.timer:1",
        timer: unit("timer", timer),
        service: unit("service", `[Ser${service}`),
        user: "",
      });
      return job ? loads(job) : "";
    },
  },
};
