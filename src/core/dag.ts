/**
 * The definition of a workflow, as every loader produces it and every other part reads it. Values are templates
 * as written (`${X}`, backticks) until the agent resolves `env` and `params` once at the start of a run.
 * Durations are milliseconds. Empty string, empty list and null mean "not given".
 */

import type { PermissionDecl } from "./permissions.ts";
import type { ScheduleEntry } from "./schedule/schedule.ts";

/** `K=V` of an env block, in file order. */
export interface EnvEntry {
  /** Of the variable. */
  readonly name: string;
  /** A template. */
  readonly value: string;
}

/** One parameter: positional ones carry their 1-based position as name. */
export interface Param {
  /** Of the parameter. */
  readonly name: string;
  /** A template. */
  readonly value: string;
}

/** Parameters that a definition declares. */
export interface ParamDecl {
  /** Defaults in order. `value` is a template. */
  readonly defaults: readonly Param[];
  /** File or URL of a JSON Schema that the resolved values must satisfy; "" when there is none. */
  readonly schema: string;
}

/** A condition of `preconditions`, `repeatPolicy.condition`: see core/condition.ts for its meaning. */
export interface Condition {
  /** Command, or text to compare. */
  readonly condition: string;
  /** "" runs `condition` as a command instead of comparing it. */
  readonly expected: string;
  /** Turns met into not met. */
  readonly negate: boolean;
}

/** When a run goes on although a step did not succeed. */
export interface ContinueOn {
  /** After any failure. */
  readonly failure: boolean;
  /** When it was skipped. */
  readonly skipped: boolean;
  /** After these exit codes. */
  readonly exitCodes: readonly number[];
  /** Literal substrings, or `re:` and a regular expression, looked for in each line of stdout. */
  readonly outputs: readonly string[];
  /** The step counts as succeeded then. */
  readonly markSuccess: boolean;
}

/** What a step without `continueOn` allows: nothing. */
export const NOTHING_ALLOWED: ContinueOn = {
  failure: false,
  skipped: false,
  exitCodes: [],
  outputs: [],
  markSuccess: false,
};

/** Further tries after a failure. */
export interface RetryPolicy {
  /** Further tries after the first; a template when it contains `$` or a backtick. */
  readonly limit: number | string;
  /** Milliseconds, or a template that yields seconds. */
  readonly intervalMs: number | string;
  /** Only these exit codes are retried; empty means every one. */
  readonly exitCodes: readonly number[];
  /** Factor > 1 by which each wait grows; 0 keeps it constant. */
  readonly backoff: number;
  /** Upper bound of one wait; 0 means none. */
  readonly maxIntervalMs: number;
}

/** Repetition of a step. */
export interface RepeatPolicy {
  /** "" never repeats. */
  readonly mode: "" | "while" | "until";
  /** Pause between two executions. */
  readonly intervalMs: number;
  /** Executions in total; 0 means no limit. */
  readonly limit: number;
  /** What decides; null when the exit code does. */
  readonly condition: Condition | null;
  /** Exit codes that count as met. */
  readonly exitCodes: readonly number[];
  /** Factor > 1 by which each pause grows; 0 keeps it constant. */
  readonly backoff: number;
  /** Longest pause; 0 means any. */
  readonly maxIntervalMs: number;
}

/** A command of a step: the text for a shell, or, when `args` is given, a program and its arguments. */
export interface Command {
  /** For a shell, or the program. */
  readonly text: string;
  /** `exec: {command, args}`: passed on as they are, no shell involved. */
  readonly args: readonly string[] | null;
}

/** The variable that gets what a step prints. */
export interface OutputDecl {
  /** Of the variable. */
  readonly name: string;
  /** Key in `outputs.json`; "" derives it from the name. */
  readonly key: string;
  /** Keep it out of `outputs.json`. */
  readonly omit: boolean;
}

/** Which program interprets commands. `direct` means none. */
export interface Shell {
  /** "" means the default shell. */
  readonly program: string;
  /** Arguments of the program. */
  readonly args: readonly string[];
}

/** What runs a step. */
export interface ExecutorDecl {
  /** As written: "" when it was not given and nothing implied one. */
  readonly type: string;
  /** Its settings. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Another DAG that a step runs. */
export interface SubDagCall {
  /** Name or path. */
  readonly name: string;
  /** Parameters as one string in the params language, e.g. `K="v" K2="v2"`. */
  readonly params: string;
}

/** Items for each of which the called DAG runs. */
export interface Parallel {
  /** Template that yields the items, "" when they are listed. */
  readonly variable: string;
  /** Scalars as text, maps as named parameters. */
  readonly items: readonly (string | Readonly<Record<string, string>>)[];
  /** At least 1, default 10. */
  readonly maxConcurrent: number;
}

/** Two logs of a step, or one. */
export type LogOutput = "separate" | "merged";

/** One step. */
export interface Step {
  /** Unique in the DAG. */
  readonly name: string;
  /** For references; "" when there is none. */
  readonly id: string;
  /** Free text. */
  readonly description: string;
  /** What runs it. */
  readonly executor: ExecutorDecl;
  /** null takes the DAG's shell; a shell given here switches the automatic `-e` off. */
  readonly shell: Shell | null;
  /** For nix-shell. */
  readonly shellPackages: readonly string[];
  /** A template; "" takes that of the DAG. */
  readonly workingDir: string;
  /** Its own variables. */
  readonly env: readonly EnvEntry[];
  /** One after the other. */
  readonly commands: readonly Command[];
  /** "" when there is none. */
  readonly script: string;
  /** Files that get a further copy of the stream. */
  readonly stdout: string;
  /** File that gets a copy of stderr; "" for none. */
  readonly stderr: string;
  /** "" takes the DAG's value. */
  readonly logOutput: LogOutput | "";
  /** null when the output goes to the log only. */
  readonly output: OutputDecl | null;
  /** Names of steps (ids are resolved at load). */
  readonly depends: readonly string[];
  /** When the run goes on although it did not succeed. */
  readonly continueOn: ContinueOn;
  /** null tries once. */
  readonly retry: RetryPolicy | null;
  /** null executes it once. */
  readonly repeat: RepeatPolicy | null;
  /** It is skipped unless all are met. */
  readonly preconditions: readonly Condition[];
  /** Whether its failure sends a mail. */
  readonly mailOnError: boolean;
  /** `SIGINT`-style name; "" means SIGTERM. */
  readonly signalOnStop: string;
  /** 0 means no limit. */
  readonly timeoutMs: number;
  /** null when it calls no DAG. */
  readonly call: SubDagCall | null;
  /** `params` of a step that is no sub-DAG call (inputs of an action). */
  readonly params: readonly Param[];
  /** null when it calls once. */
  readonly parallel: Parallel | null;
  /** Labels that a worker must have. */
  readonly workerSelector: Readonly<Record<string, string>>;
  /** What the step's executor may be given at most; null takes the DAG's. */
  readonly permissions: PermissionDecl | null;
  /** Container declaration, llm and messages: checked at load, read by their executors. */
  readonly container: unknown;
  /** Settings of a chat step. */
  readonly llm: unknown;
  /** Of a chat step. */
  readonly messages: unknown;
}

/** Names of the handlers, in the order of the language. */
export const HANDLER_NAMES = ["init", "success", "failure", "abort", "exit", "wait"] as const;
/** Name of a handler. */
export type HandlerName = (typeof HANDLER_NAMES)[number];

/** The step name that each handler carries in records and logs. */
export const HANDLER_STEP_NAMES: Readonly<Record<HandlerName, string>> = {
  init: "onInit",
  success: "onSuccess",
  failure: "onFailure",
  abort: "onCancel",
  exit: "onExit",
  wait: "onWait",
};

/** What becomes of a run whose process is gone: it has failed, or what had not succeeded runs again. */
export const ON_CRASH = ["fail", "resume"] as const;
/** What becomes of a run whose process is gone. */
export type OnCrash = (typeof ON_CRASH)[number];

/** When a DAG is started, stopped and restarted. */
export interface Schedules {
  /** When runs start. */
  readonly start: readonly ScheduleEntry[];
  /** When a run is stopped. */
  readonly stop: readonly ScheduleEntry[];
  /** When a run is stopped and started anew. */
  readonly restart: readonly ScheduleEntry[];
}

/** A secret and where it comes from. */
export interface SecretRef {
  /** Of the variable. */
  readonly name: string;
  /** Such as `env` or `file`. */
  readonly provider: string;
  /** Name of the value at the provider. */
  readonly key: string;
  /** Settings of the provider. */
  readonly options: Readonly<Record<string, string>>;
}

/** Words for how a mail server is spoken to; see {@link SmtpConfig.security}. */
export const SMTP_SECURITY = ["tls", "starttls", "none"] as const;

/** A mail server. */
export interface SmtpConfig {
  /** Its host. */
  readonly host: string;
  /** Its port; "" for the usual one. */
  readonly port: string;
  /** "" makes no login. */
  readonly username: string;
  /** A template. */
  readonly password: string;
  /**
   * "" decides by itself: TLS on port 465; else STARTTLS, which a password that leaves this machine demands and
   * which is otherwise used when the server offers it.
   */
  readonly security: "" | (typeof SMTP_SECURITY)[number];
  /** Accept any certificate. */
  readonly skipTlsVerify: boolean;
  /** PEM file with the authorities that certificates may come from; "" for the usual ones. */
  readonly caFile: string;
}

/** When mails are sent. */
export interface MailOn {
  /** When the run fails. */
  readonly failure: boolean;
  /** When it succeeds. */
  readonly success: boolean;
  /** When it waits for an approval. */
  readonly wait: boolean;
}

/** Mails about a run. */
export interface MailConfig {
  /** Sender. */
  readonly from: string;
  /** Receivers. */
  readonly to: readonly string[];
  /** Begins the subject. */
  readonly prefix: string;
  /** Whether the logs of the steps go with them. */
  readonly attachLogs: boolean;
}

/** A definition. */
export interface Dag {
  /** At most 40 characters. */
  readonly name: string;
  /** Of the DAG in lists; "" for none. */
  readonly group: string;
  /** Free text. */
  readonly description: string;
  /** chain: each step waits for the one before; graph: only `depends` counts. */
  readonly type: "chain" | "graph";
  /** Absolute path of the file; "" for a DAG that has none. */
  readonly location: string;
  /** Text that it was read from: the whole file for document 0, the one document for a local DAG. */
  readonly source: string;
  /** DAGs of the further documents, by name. */
  readonly localDags: Readonly<Record<string, Dag>>;
  /** Words to find it by. */
  readonly tags: readonly string[];
  /** When it is started by itself. */
  readonly schedule: Schedules;
  /** No scheduled run when one succeeded since the time before. */
  readonly skipIfSuccessful: boolean;
  /** Variables of all steps. */
  readonly env: readonly EnvEntry[];
  /** Files with further variables. */
  readonly dotenv: readonly string[];
  /** Its parameters. */
  readonly params: ParamDecl;
  /** null means the default shell of configuration and environment. */
  readonly shell: Shell | null;
  /** Template; "" means the folder of the file. */
  readonly workingDir: string;
  /** Folder of the logs; "" for that of the configuration. */
  readonly logDir: string;
  /** One log a step, or two. */
  readonly logOutput: LogOutput;
  /** In the order of the definition. */
  readonly steps: readonly Step[];
  /** Steps that run at certain events. */
  readonly handlers: Readonly<Partial<Record<HandlerName, Step>>>;
  /** null takes that of the base configuration. */
  readonly smtp: SmtpConfig | null;
  /** When mails are sent. */
  readonly mailOn: MailOn;
  /** Mail about a failure. */
  readonly errorMail: MailConfig | null;
  /** Mail about success. */
  readonly infoMail: MailConfig | null;
  /** Mail about waiting for an approval. */
  readonly waitMail: MailConfig | null;
  /** 0 means no limit. */
  readonly timeoutMs: number;
  /** Pause after each step start. */
  readonly delayMs: number;
  /** Pause between stop and start of a restart. */
  readonly restartWaitMs: number;
  /** Negative keeps history for ever; default 30. */
  readonly histRetentionDays: number;
  /** What becomes of a run whose process is gone. */
  readonly onCrash: OnCrash;
  /** The run is given up unless all are met. */
  readonly preconditions: readonly Condition[];
  /** Queued runs that may run at the same time. */
  readonly maxActiveRuns: number;
  /** 0 (or less) means no limit. */
  readonly maxActiveSteps: number;
  /** Between TERM and KILL; default 5 s. */
  readonly maxCleanUpMs: number;
  /** "" means the DAG's own queue. */
  readonly queue: string;
  /** Bytes of one captured output; default 1 MiB. */
  readonly maxOutputSize: number;
  /** Bytes of each stream of a step's log; default 100 MiB. */
  readonly maxLogSize: number;
  /** Of the user, while a step starts further ones; 0 means no limit. */
  readonly maxProcesses: number;
  /** Labels that a worker must have. */
  readonly workerSelector: Readonly<Record<string, string>>;
  /** What executors may be given at most; null leaves it to what each asks for. */
  readonly permissions: PermissionDecl | null;
  /** Secret variables. */
  readonly secrets: readonly SecretRef[];
  /** What a face of the program may change at a start. */
  readonly runConfig: { readonly disableParamEdit: boolean; readonly disableRunIdEdit: boolean };
  /** Checked at load, read by the executors and services that know them. */
  readonly container: unknown;
  /** Host on which all steps run; null for none. */
  readonly ssh: unknown;
  /** Defaults of chat steps; null for none. */
  readonly llm: unknown;
  /** Traces; null for none. */
  readonly otel: unknown;
  /** Logins for image registries; null for none. */
  readonly registryAuths: unknown;
}
