/** What another scheduler starts, before it becomes a definition. */
import type { DataMap, DataNode } from "../data_node.ts";
import { yamlText } from "../yaml_text.ts";
import { quoteWord } from "../../core/text/quote_word.ts";

export interface ForeignJob {
  /** Name that the definition should have; not yet unique. */
  readonly name: string;
  /** Where it stands: `file:line`. */
  readonly place: string;
  /** What its author said about it, "" for nothing. */
  readonly description: string;
  /** Expressions of ours; empty when nothing starts it. */
  readonly schedule: readonly string[];
  /** IANA name, "" for that of the machine. */
  readonly timezone: string;
  /** Whether a time that was missed is made good. */
  readonly catchup: boolean;
  /** Text for the shell, or lines of it that run one after the other; byte for byte where the other one has a shell too. */
  readonly commands: readonly string[];
  /** What the commands read; null for nothing. */
  readonly stdin: string | null;
  readonly shell: string;
  /** Literal values: nothing in them is expanded. */
  readonly env: readonly (readonly [name: string, value: string])[];
  /** Files of such values, `-` in front of one that may be missing. */
  readonly dotenv: readonly string[];
  /** "" for the usual one. */
  readonly workingDir: string;
  /** 0 for none. */
  readonly timeoutSec: number;
  /** Who hears of failures. */
  readonly mailTo: readonly string[];
  /** What a person should look at, each a sentence without full stop. */
  readonly remarks: readonly string[];
}

export interface Remark {
  /** `file:line`. */
  readonly place: string;
  readonly message: string;
}

/** What was read from a foreign file. */
export interface ForeignJobs {
  readonly jobs: readonly ForeignJob[];
  /** Lines that cannot be moved. */
  readonly problems: readonly Remark[];
}

const HERE = "END_OF_INPUT";
const INPUT_END = /^END_OF_INPUT$/m;
/** Text that is more than itself in the `env` of a definition. */
const ACTIVE = /[$`\\]/;

/** The definition, with its origin and all remarks as comments at the top. */
export function jobYaml(job: ForeignJob): string {
  const comments = [`From ${job.place}`, ...job.remarks.map((remark) => `Look at this: ${remark}`)];
  return comments.map((line) => `# ${line.replaceAll("\n", " ")}\n`).join("") + yamlText([definition(job)]);
}

/** Names that are files, each only once. */
export function uniqueNames(jobs: readonly ForeignJob[]): string[] {
  const taken = new Set<string>();
  return jobs.map(({ name }) => {
    let unique = name;
    for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${name}-${number}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** A name for a definition out of any text. */
export function nameFrom(text: string): string {
  const name = text.replace(/[^A-Za-z0-9_]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
  return name === "" ? "job" : name;
}

function definition(job: ForeignJob): DataNode {
  const plain = job.env.filter(([, value]) => !ACTIVE.test(value));
  return map({
    description: job.description && text(job.description),
    schedule: schedule(job),
    env: plain.length > 0 && list(plain.map(([name, value]) => map({ [name]: text(value) }))),
    dotenv: job.dotenv.length > 0 && list(job.dotenv.map((file) => text(file.replace(/^-/, "")))),
    workingDir: job.workingDir && text(job.workingDir),
    timeoutSec: job.timeoutSec > 0 && number(job.timeoutSec),
    mailOn: job.mailTo.length > 0 && map({ failure: { kind: "scalar", type: "bool", text: "true" } }),
    errorMail: job.mailTo.length > 0 &&
      map({ from: text(job.mailTo[0]!), to: list(job.mailTo.map(text)), attachLogs: TRUE }),
    steps: list(steps(job)),
  });
}

const TRUE: DataNode = { kind: "scalar", type: "bool", text: "true" };

function schedule({ schedule, timezone, catchup }: ForeignJob): DataNode | false {
  if (schedule.length === 0) return false;
  const start = schedule.length === 1 ? text(schedule[0]!) : list(schedule.map(text));
  return map({ start, timezone: timezone && text(timezone), catchup: !catchup && text("off") });
}

function steps(job: ForeignJob): DataNode[] {
  return job.commands.map((command, index) => {
    const name = text(job.commands.length === 1 ? "job" : `job-${index + 1}`);
    const prelude = job.env.filter(([, value]) => ACTIVE.test(value))
      .map(([name, value]) => `export ${name}=${quoteWord(value)}\n`).join("");
    const shell = text(job.shell);
    if (prelude === "" && job.stdin === null && !command.includes("\n")) {
      return map({ name, shell, command: text(command) });
    }
    return map({ name, shell, script: text(prelude + withInput(command, job.stdin)) });
  });
}

function withInput(command: string, stdin: string | null): string {
  if (stdin === null) return `${command}\n`;
  if (!INPUT_END.test(stdin)) return `{\n${command}\n} <<'${HERE}'\n${stdin}\n${HERE}\n`;
  return `printf '%s\\n' ${quoteWord(stdin)} | {\n${command}\n}\n`;
}

function map(members: Readonly<Record<string, DataNode | "" | false>>): DataMap {
  const entries = Object.entries(members).flatMap(([key, value]) =>
    value === "" || value === false ? [] : [{ key: { text: key }, value }]
  );
  return { kind: "map", entries };
}

function list(items: readonly DataNode[]): DataNode {
  return { kind: "list", items };
}

function text(value: string): DataNode {
  return { kind: "scalar", type: "string", text: value };
}

function number(value: number): DataNode {
  return { kind: "scalar", type: "int", text: String(value) };
}
