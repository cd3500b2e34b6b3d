/** Lines of cron, those of a user or those with a user's name in them. */
import { parseCron } from "../../core/schedule/cron.ts";
import { type ForeignJob, type ForeignJobs, nameFrom, type Remark } from "./foreign_job.ts";

export interface CrontabOptions {
  /** For messages. */
  readonly file: string;
  /** The sixth field is a user: the form of `/etc/crontab` and of files in `/etc/cron.d`. */
  readonly system: boolean;
  /** Who will run the jobs here; "" when that is not known. */
  readonly user: string;
}

const VARIABLE = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s=#"'][^\s=]*))\s*=\s*(.*)$/;
const MACRO = /^(@\w+)\s+(.*)$/;
const FIELDS = /^(\S+[ \t]+\S+[ \t]+\S+[ \t]+\S+[ \t]+\S+)[ \t]+(.*)$/;
/** What cron starts commands with unless the file says otherwise. */
const CRON_SHELL = "/bin/sh";
/** Variables that mean something to cron only. */
const OF_CRON = new Set(["SHELL", "MAILTO", "MAILFROM", "CRON_TZ", "LOGNAME", "USER"]);

export function readCrontab(source: string, options: CrontabOptions): ForeignJobs {
  const jobs: ForeignJob[] = [];
  const problems: Remark[] = [];
  const variables = new Map<string, string>();
  let said: string[] = [];
  for (const [index, line] of source.replace(/\r?\n$/, "").split(/\r?\n/).entries()) {
    const place = `${options.file}:${index + 1}`;
    if (/^\s*$/.test(line)) said = [];
    else if (/^\s*#/.test(line)) said.push(line.replace(/^\s*#+\s?/, "").trim());
    else {
      const variable = VARIABLE.exec(line);
      if (variable) {
        const [, double, single, bare, value] = variable;
        variables.set((double ?? single ?? bare)!, unquoted(value!));
      } else {
        const job = readLine(line, { ...options, place, variables, said: said.join(" ").trim() });
        if ("message" in job) problems.push(job);
        else jobs.push(job);
      }
      said = [];
    }
  }
  return { jobs, problems };
}

interface LineContext extends CrontabOptions {
  readonly place: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly said: string;
}

function readLine(line: string, context: LineContext): ForeignJob | Remark {
  const { place, variables } = context;
  const start = line.trimStart().replace(/^-/, "");
  const [, expression, rest] = MACRO.exec(start) ?? FIELDS.exec(start) ?? [];
  if (expression === undefined) {
    return { place, message: `${quote(line)} is no line of cron: expected five times and a command` };
  }
  const { error } = parseCron(expression);
  if (error !== "") return { place, message: `${quote(expression)} cannot be moved: ${error}` };
  const owner = context.system ? /^(\S+)[ \t]+(.*)$/.exec(rest!) : null;
  if (context.system && !owner) {
    return { place, message: `${quote(line)} has no user, or no command behind it` };
  }
  const { command, stdin } = splitInput(owner ? owner[2]! : rest!);
  if (command.trim() === "") return { place, message: `${quote(line)} has no command` };
  const mailTo = variables.get("MAILTO");
  return {
    name: nameFrom(programOf(command)),
    place,
    description: context.said,
    schedule: [expression.replace(/[ \t]+/g, " ")],
    timezone: variables.get("CRON_TZ") ?? "",
    catchup: false,
    commands: [command],
    stdin,
    shell: variables.get("SHELL") ?? CRON_SHELL,
    env: [...variables].filter(([name]) => !OF_CRON.has(name)),
    dotenv: [],
    workingDir: variables.get("HOME") ?? "~",
    timeoutSec: 0,
    mailTo: mailTo ? mailTo.split(",").map((one) => one.trim()).filter((one) => one !== "") : [],
    remarks: [...userRemark(owner?.[1], context.user), ...dayRemark(expression), ...mailRemark(mailTo)],
  };
}

/** `%` ends the command and begins what it reads, where each further one is a new line; `\%` is a percent sign. */
function splitInput(text: string): { readonly command: string; readonly stdin: string | null } {
  const parts = text.split(/(?<!\\)%/).map((part) => part.replaceAll("\\%", "%"));
  return { command: parts[0]!, stdin: parts.length === 1 ? null : parts.slice(1).join("\n") };
}

function userRemark(owner: string | undefined, user: string): string[] {
  if (owner === undefined || owner === user) return [];
  return [`cron ran it as the user ${owner}; here it runs as the user of the scheduler`];
}

/** Cron wants both days when one of them begins with a star, even one with a step. */
function dayRemark(expression: string): string[] {
  const [, , day = "*", , weekday = "*"] = expression.split(/[ \t]+/);
  const stepped = [day, weekday].some((field) => field.startsWith("*/"));
  if (!stepped || [day, weekday].includes("*")) return [];
  return ["cron started it on days that fit both day fields; here one of them is enough"];
}

function mailRemark(mailTo: string | undefined): string[] {
  if (!mailTo) return [];
  return [
    "cron mailed all output; here failures are mailed, through the server under smtp, which base.yaml may name",
  ];
}

const WRAPPERS = new Set([
  "sudo",
  "nice",
  "ionice",
  "env",
  "exec",
  "time",
  "nohup",
  "chronic",
  "flock",
  "timeout",
]);

/** The program that a command is about, for its name. */
function programOf(command: string): string {
  const parts = command.split(/&&|\|\||[;|]/).map((part) => part.trim());
  const part = parts.find((one) => !/^(cd|test|\[|export|umask|sleep|\.)(\s|$)/.test(one)) ?? parts[0]!;
  for (const word of part.replace(/^[({\s]+/, "").split(/\s+/)) {
    const program = word.slice(word.lastIndexOf("/") + 1);
    if (/^\w+=/.test(word) || /^-/.test(word) || /^\d+$/.test(word) || WRAPPERS.has(program)) continue;
    return program.replace(/\.(sh|py|pl|rb|php|js|ts)$/, "");
  }
  return "job";
}

function unquoted(value: string): string {
  const trimmed = value.trimEnd();
  return /^(["']).*\1$/.test(trimmed) && trimmed.length > 1 ? trimmed.slice(1, -1) : trimmed;
}

function quote(text: string): string {
  return `"${text.length > 80 ? `${text.slice(0, 77)}...` : text}"`;
}
