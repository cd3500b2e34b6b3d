/** A timer of systemd and the service that it starts. */
import { quoteWord } from "../../core/text/quote_word.ts";
import { calendarToCron } from "./calendar.ts";
import { type ForeignJob, nameFrom } from "./foreign_job.ts";
import { type UnitFile, unitWords } from "./unit_file.ts";

export interface TimerUnits {
  /** Name without `.timer`. */
  readonly name: string;
  /** `file:line` of the timer. */
  readonly place: string;
  readonly timer: UnitFile;
  readonly service: UnitFile;
  /** Who will run the job here; "" when that is not known. */
  readonly user: string;
}

const SHELL = "/bin/sh";
/** Characters. */
const MAX_REMARK = 1000;
/** Times that count from something else than the clock. */
const RELATIVE = ["OnActiveSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec"];
/** Settings of the service that confine it or its resources: there is no counterpart in a definition. */
const UNKNOWN =
  /^(?:Protect|Private|Restrict|System|NoNew|Capab|Ambient|Memory|CPU|IO|Tasks|Limit|ReadWrite|ReadOnly|Inaccessible|Nice|Slice|Dynamic|SupplementaryGroups|Group$|Restart|KillMode)/;

/** null for a service that starts nothing. */
export function readTimer(units: TimerUnits): ForeignJob | null {
  const { name, place, timer, service, user } = units;
  const remarks: string[] = [];
  const schedule = times(timer, remarks);
  const commands = ["ExecStartPre", "ExecStart", "ExecStartPost"].flatMap((key) =>
    service.all(`Service.${key}`)
  )
    .map(({ value }) => commandOf(value, remarks));
  if (commands.length === 0) return null;
  const owner = service.value("Service.User");
  if (owner !== "" && owner !== user) {
    remarks.push(`systemd ran it as the user ${owner}; here it runs as the user of the scheduler`);
  }
  const delay = timer.value("Timer.RandomizedDelaySec");
  if (delay !== "") remarks.push(`systemd waited for up to ${delay} at random; here it starts on time`);
  const lost = service.keys().flatMap((key) => /^Service\.(.*)$/.exec(key)?.[1] ?? []).filter((key) =>
    UNKNOWN.test(key)
  );
  if (lost.length > 0) {
    remarks.push(
      `what ${lost.join(", ")} did for the service is not moved: see permissions in the documentation`,
    );
  }
  return {
    name: nameFrom(name),
    place,
    description: timer.value("Unit.Description") || service.value("Unit.Description"),
    schedule: schedule.expressions,
    timezone: schedule.timezone,
    catchup: /^(1|yes|true|on)$/i.test(timer.value("Timer.Persistent")),
    commands,
    stdin: null,
    shell: SHELL,
    env: service.all("Service.Environment").flatMap(({ value }) => unitWords(value)).flatMap(assignment),
    dotenv: service.all("Service.EnvironmentFile").map(({ value }) => value),
    workingDir: service.value("Service.WorkingDirectory").replace(/^-/, "") || "/",
    timeoutSec: seconds(service.value("Service.TimeoutStartSec") || service.value("Service.TimeoutSec")),
    mailTo: [],
    remarks: [...new Set(remarks)].map(cut),
  };
}

function times(
  timer: UnitFile,
  remarks: string[],
): { readonly expressions: string[]; readonly timezone: string } {
  const expressions: string[] = [];
  const zones = new Set<string>();
  for (const { value } of timer.all("Timer.OnCalendar")) {
    const { expression, timezone, error } = calendarToCron(value);
    if (error !== "") {
      remarks.push(`OnCalendar=${value} is no expression of cron, and is missing in the schedule: ${error}`);
      continue;
    }
    zones.add(timezone);
    expressions.push(timezone === "" ? expression : `CRON_TZ=${timezone} ${expression}`);
  }
  if (timer.value("Timer.OnBootSec") !== "") {
    expressions.push("@reboot");
    remarks.push(
      `systemd waited for ${timer.value("Timer.OnBootSec")} after the boot; here it starts at once`,
    );
  }
  for (const key of RELATIVE) {
    const value = timer.value(`Timer.${key}`);
    if (value !== "") remarks.push(`${key}=${value} is missing in the schedule: it does not go by the clock`);
  }
  const only = zones.size === 1 ? [...zones][0]! : "";
  if (only === "") return { expressions, timezone: "" };
  return { expressions: expressions.map((one) => one.replace(/^CRON_TZ=\S+ /, "")), timezone: only };
}

/** A command line of systemd has no shell: its words are quoted, its variables stay variables. */
function commandOf(line: string, remarks: string[]): string {
  const [, prefix, rest] = /^([-@:+!|]*)\s*(.*)$/.exec(line)!;
  if (/[+!]/.test(prefix!)) remarks.push(`systemd ran "${rest}" with more rights than its user`);
  const words = unitWords(rest!);
  if (prefix!.includes("@")) words.splice(1, 1);
  const literal = prefix!.includes(":");
  const command = words.map((word, index) => shellWord(word, index > 0 && !literal, remarks)).join(" ");
  return prefix!.includes("-") ? `${command} || true` : command;
}

function shellWord(word: string, expands: boolean, remarks: string[]): string {
  const specifier = /(?<!%)(?:%%)*%([^%])/.exec(word);
  if (specifier) {
    remarks.push(`"%${specifier[1]}" in ${word} meant something to systemd; here it stands as it is`);
  }
  const plain = word.replaceAll("%%", "%");
  if (expands && /^\$[A-Za-z_]\w*$/.test(plain)) return plain;
  const parts = expands ? plain.split(/(\$\{[A-Za-z_]\w*\}|\$\$)/) : [plain];
  return parts.filter((part) => part !== "").map((part) => {
    if (part === "$$" && expands) return "'$'";
    if (expands && /^\$\{\w+\}$/.test(part)) return `"${part}"`;
    return /^[\w./:=@,+-]+$/.test(part) ? part : quoteWord(part);
  }).join("") || "''";
}

function assignment(word: string): [string, string][] {
  const equals = word.indexOf("=");
  return equals > 0 ? [[word.slice(0, equals), word.slice(equals + 1).replaceAll("%%", "%")]] : [];
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  s: 1,
  sec: 1,
  min: 60,
  m: 60,
  h: 3600,
  hr: 3600,
  d: 86400,
};

/** 0 for no limit, and for what is not understood. */
function seconds(text: string): number {
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)\s*([a-z]*)/g)) {
    sum += Number(number) * (Object.hasOwn(UNITS, unit!) ? UNITS[unit!]! : 0);
  }
  return sum;
}

/** A remark quotes what stands in the file, which may be of any length. */
function cut(remark: string): string {
  return remark.length > MAX_REMARK ? `${remark.slice(0, MAX_REMARK)}…` : remark;
}
