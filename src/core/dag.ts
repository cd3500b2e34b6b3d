/**
 * The definition of a workflow, as every loader produces it and every other part reads it. Values are templates
 * as written (`${X}`, backticks) until the agent resolves `env` and `params` once at the start of a run.
 * Durations are milliseconds. Empty string, empty list and null mean "not given".
 */

import type { PermissionDecl } from "./permissions.ts";
import type { ScheduleEntry } from "./schedule.ts";

/** `K=V` of an env block, in file order. */
export interface EnvEntry {
  readonly name: string;
  readonly value: string;
}

/** One parameter: positional ones carry their 1-based position as name. */
export interface Param {
  readonly name: string;
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
  readonly condition: string;
  /** "" runs `condition` as a command instead of comparing it. */
  readonly expected: string;
  readonly negate: boolean;
}

export interface ContinueOn {
  readonly failure: boolean;
  readonly skipped: boolean;
  readonly exitCodes: readonly number[];
  /** Literal substrings, or `re:` and a regular expression, looked for in each line of stdout. */
  readonly outputs: readonly string[];
  readonly markSuccess: boolean;
}

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

export interface RepeatPolicy {
  /** "" never repeats. */
  readonly mode: "" | "while" | "until";
  readonly intervalMs: number;
  /** Executions in total; 0 means no limit. */
  readonly limit: number;
  readonly condition: Condition | null;
  readonly exitCodes: readonly number[];
  readonly backoff: number;
  readonly maxIntervalMs: number;
}

/** A command of a step: the text for a shell, or, when `args` is given, a program and its arguments. */
export interface Command {
  readonly text: string;
  /** `exec: {command, args}`: passed on as they are, no shell involved. */
  readonly args: readonly string[] | null;
}

export interface OutputDecl {
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
  readonly args: readonly string[];
}

export interface ExecutorDecl {
  /** As written: "" when it was not given and nothing implied one. */
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface SubDagCall {
  readonly name: string;
  /** Parameters as one string in the params language, e.g. `K="v" K2="v2"`. */
  readonly params: string;
}

export interface Parallel {
  /** Template that yields the items, "" when they are listed. */
  readonly variable: string;
  /** Scalars as text, maps as named parameters. */
  readonly items: readonly (string | Readonly<Record<string, string>>)[];
  /** At least 1, default 10. */
  readonly maxConcurrent: number;
}

export type LogOutput = "separate" | "merged";

export interface Step {
  readonly name: string;
  readonly id: string;
  readonly description: string;
  readonly executor: ExecutorDecl;
  /** null takes the DAG's shell; a shell given here switches the automatic `-e` off. */
  readonly shell: Shell | null;
  readonly shellPackages: readonly string[];
  readonly workingDir: string;
  readonly env: readonly EnvEntry[];
  readonly commands: readonly Command[];
  readonly script: string;
  /** Files that get a further copy of the stream. */
  readonly stdout: string;
  readonly stderr: string;
  /** "" takes the DAG's value. */
  readonly logOutput: LogOutput | "";
  readonly output: OutputDecl | null;
  /** Names of steps (ids are resolved at load). */
  readonly depends: readonly string[];
  readonly continueOn: ContinueOn;
  readonly retry: RetryPolicy | null;
  readonly repeat: RepeatPolicy | null;
  readonly preconditions: readonly Condition[];
  readonly mailOnError: boolean;
  /** `SIGINT`-style name; "" means SIGTERM. */
  readonly signalOnStop: string;
  /** 0 means no limit. */
  readonly timeoutMs: number;
  readonly call: SubDagCall | null;
  /** `params` of a step that is no sub-DAG call (inputs of an action). */
  readonly params: readonly Param[];
  readonly parallel: Parallel | null;
  readonly workerSelector: Readonly<Record<string, string>>;
  /** What the step's executor may be given at most; null takes the DAG's. */
  readonly permissions: PermissionDecl | null;
  /** Container declaration, llm and messages: checked at load, read by their executors. */
  readonly container: unknown;
  readonly llm: unknown;
  readonly messages: unknown;
}

export const HANDLER_NAMES = ["init", "success", "failure", "abort", "exit", "wait"] as const;
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
export type OnCrash = (typeof ON_CRASH)[number];

export interface Schedules {
  readonly start: readonly ScheduleEntry[];
  readonly stop: readonly ScheduleEntry[];
  readonly restart: readonly ScheduleEntry[];
}

export interface SecretRef {
  readonly name: string;
  readonly provider: string;
  readonly key: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Words for how a mail server is spoken to; see {@link SmtpConfig.security}. */
export const SMTP_SECURITY = ["tls", "starttls", "none"] as const;

export interface SmtpConfig {
  readonly host: string;
  readonly port: string;
  readonly username: string;
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

export interface MailOn {
  readonly failure: boolean;
  readonly success: boolean;
  readonly wait: boolean;
}

export interface MailConfig {
  readonly from: string;
  readonly to: readonly string[];
  readonly prefix: string;
  readonly attachLogs: boolean;
}

export interface Dag {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly type: "chain" | "graph";
  /** Absolute path of the file; "" for a DAG that has none. */
  readonly location: string;
  /** Text that it was read from: the whole file for document 0, the one document for a local DAG. */
  readonly source: string;
  /** DAGs of the further documents, by name. */
  readonly localDags: Readonly<Record<string, Dag>>;
  readonly tags: readonly string[];
  readonly schedule: Schedules;
  readonly skipIfSuccessful: boolean;
  readonly env: readonly EnvEntry[];
  readonly dotenv: readonly string[];
  readonly params: ParamDecl;
  /** null means the default shell of configuration and environment. */
  readonly shell: Shell | null;
  /** Template; "" means the folder of the file. */
  readonly workingDir: string;
  readonly logDir: string;
  readonly logOutput: LogOutput;
  readonly steps: readonly Step[];
  readonly handlers: Readonly<Partial<Record<HandlerName, Step>>>;
  readonly smtp: SmtpConfig | null;
  readonly mailOn: MailOn;
  readonly errorMail: MailConfig | null;
  readonly infoMail: MailConfig | null;
  readonly waitMail: MailConfig | null;
  /** 0 means no limit. */
  readonly timeoutMs: number;
  /** Pause after each step start. */
  readonly delayMs: number;
  /** Pause between stop and start of a restart. */
  readonly restartWaitMs: number;
  /** Negative keeps history for ever; default 30. */
  readonly histRetentionDays: number;
  readonly onCrash: OnCrash;
  readonly preconditions: readonly Condition[];
  readonly maxActiveRuns: number;
  /** 0 (or less) means no limit. */
  readonly maxActiveSteps: number;
  /** Between TERM and KILL; default 5 s. */
  readonly maxCleanUpMs: number;
  /** "" means the DAG's own queue. */
  readonly queue: string;
  /** Bytes of one captured output; default 1 MiB. */
  readonly maxOutputSize: number;
  readonly workerSelector: Readonly<Record<string, string>>;
  /** What executors may be given at most; null leaves it to what each asks for. */
  readonly permissions: PermissionDecl | null;
  readonly secrets: readonly SecretRef[];
  readonly runConfig: { readonly disableParamEdit: boolean; readonly disableRunIdEdit: boolean };
  /** Checked at load, read by the executors and services that know them. */
  readonly container: unknown;
  readonly ssh: unknown;
  readonly llm: unknown;
  readonly otel: unknown;
  readonly registryAuths: unknown;
}
