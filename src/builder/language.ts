/**
 * The fields of the language as types. Made from its tables by `deno task docs`; not to be edited.
 *
 * N are names and ids of steps, O names of outputs; P and Q names of parameters in a list and in a map, T their texts;
 * S are the steps.
 */
import type { MadeUpName, MapOf, Numeric, ParamMap, Params, Scalar, Value } from "./values.ts";

/** A DAG. */
export interface DagSpec<
  O extends string = string,
  P extends string = string,
  Q extends string = string,
  T extends string = string,
  S = Steps<O>,
> {
  /** At most 40 letters, digits, `_`, `.` and `-`; default: the file name. */
  readonly name?: string | null;
  /** Group in the UI. */
  readonly group?: string | null;
  /** Free text. */
  readonly description?: string | null;
  /** chain: each step waits for the one before; graph: only `depends` counts. Default: `"chain"`. */
  readonly type?: "chain" | "graph" | "" | null;
  /** Words to find the DAG by. */
  readonly tags?: string | readonly (Scalar | MapOf<Scalar>)[] | MapOf<Scalar> | null;
  /** The same. @deprecated in favour of `tags` */
  readonly labels?: string | readonly (Scalar | MapOf<Scalar>)[] | MapOf<Scalar> | null;
  /** When the DAG is started, stopped and restarted by the scheduler. */
  readonly schedule?: string | readonly (string | ScheduleEntrySpec)[] | SchedulesSpec | null;
  /** No scheduled run when one succeeded since the time before. Default: `false`. */
  readonly skipIfSuccessful?: boolean | null;
  /** The same. @deprecated in favour of `skipIfSuccessful` */
  readonly skip_if_successful?: boolean | null;
  /** What the DAG does. */
  readonly steps?: S | null;
  /** Environment of all steps. */
  readonly env?: MapOf<Value> | readonly (MapOf<Value> | string)[] | null;
  /** Files with further variables. Default: `[".env"]`. */
  readonly dotenv?: string | readonly (string)[] | null;
  /** Parameters and their defaults. */
  readonly params?: Params<P, Q, T> | null;
  /** Shell of all steps, and its arguments. */
  readonly shell?: string | readonly (Scalar)[] | null;
  /** Folder of all steps; default: that of the file. */
  readonly workingDir?: string | null;
  /** The same. @deprecated in favour of `workingDir` */
  readonly working_dir?: string | null;
  /** Folder of the logs. */
  readonly logDir?: string | null;
  /** The same. @deprecated in favour of `logDir` */
  readonly log_dir?: string | null;
  /** One log a step, or two. Default: `"separate"`. */
  readonly logOutput?: "separate" | "merged" | "" | null;
  /** The same. @deprecated in favour of `logOutput` */
  readonly log_output?: "separate" | "merged" | "" | null;
  /** Steps that run at certain events. */
  readonly handlerOn?: HandlersSpec<O> | null;
  /** The same. @deprecated in favour of `handlerOn` */
  readonly handler_on?: HandlersSpec<O> | null;
  /** Mail server. */
  readonly smtp?: SmtpSpec | null;
  /** When mails are sent. */
  readonly mailOn?: MailOnSpec | null;
  /** The same. @deprecated in favour of `mailOn` */
  readonly mail_on?: MailOnSpec | null;
  /** Mail about a failure. */
  readonly errorMail?: MailSpec | null;
  /** The same. @deprecated in favour of `errorMail` */
  readonly error_mail?: MailSpec | null;
  /** Mail about success. */
  readonly infoMail?: MailSpec | null;
  /** The same. @deprecated in favour of `infoMail` */
  readonly info_mail?: MailSpec | null;
  /** Mail about waiting for approval. */
  readonly waitMail?: MailSpec | null;
  /** The same. @deprecated in favour of `waitMail` */
  readonly wait_mail?: MailSpec | null;
  /** Time limit of a run in seconds; 0 means none. Default: `0`. */
  readonly timeoutSec?: Numeric | null;
  /** The same. @deprecated in favour of `timeoutSec` */
  readonly timeout_sec?: Numeric | null;
  /** Pause after each start of a step. Default: `0`. */
  readonly delaySec?: Numeric | null;
  /** The same. @deprecated in favour of `delaySec` */
  readonly delay_sec?: Numeric | null;
  /** Pause between stop and start of a restart. Default: `0`. */
  readonly restartWaitSec?: Numeric | null;
  /** The same. @deprecated in favour of `restartWaitSec` */
  readonly restart_wait_sec?: Numeric | null;
  /** Days that runs are kept; negative: for ever. Default: `30`. */
  readonly histRetentionDays?: Numeric | null;
  /** The same. @deprecated in favour of `histRetentionDays` */
  readonly hist_retention_days?: Numeric | null;
  /** What becomes of a run whose process is gone: it has failed, or a further attempt finishes it. Default: `"fail"`. */
  readonly onCrash?: "fail" | "resume" | "" | null;
  /** The same. @deprecated in favour of `onCrash` */
  readonly on_crash?: "fail" | "resume" | "" | null;
  /** Same as `preconditions`; both are joined. */
  readonly precondition?:
    | string
    | readonly (string | PreconditionSpec | readonly (string | PreconditionSpec)[])[]
    | PreconditionSpec
    | null;
  /** The run is given up unless all are met. */
  readonly preconditions?:
    | string
    | readonly (string | PreconditionSpec | readonly (string | PreconditionSpec)[])[]
    | PreconditionSpec
    | null;
  /** Queued runs that may run at the same time. Default: `1`. */
  readonly maxActiveRuns?: Numeric | null;
  /** The same. @deprecated in favour of `maxActiveRuns` */
  readonly max_active_runs?: Numeric | null;
  /** Steps that may run at the same time; 0: any number. Default: `0`. */
  readonly maxActiveSteps?: Numeric | null;
  /** The same. @deprecated in favour of `maxActiveSteps` */
  readonly max_active_steps?: Numeric | null;
  /** Seconds between TERM and KILL at a stop. Default: `5`. */
  readonly maxCleanUpTimeSec?: Numeric | null;
  /** The same. @deprecated in favour of `maxCleanUpTimeSec` */
  readonly max_clean_up_time_sec?: Numeric | null;
  /** Queue of the DAG; default: one of its own. */
  readonly queue?: string | null;
  /** Largest captured output in bytes. Default: `1048576`. */
  readonly maxOutputSize?: Numeric | null;
  /** The same. @deprecated in favour of `maxOutputSize` */
  readonly max_output_size?: Numeric | null;
  /** Bytes kept of what a step writes, for each of its streams; the rest is cut off. Default: `104857600`. */
  readonly maxLogSize?: Numeric | null;
  /** The same. @deprecated in favour of `maxLogSize` */
  readonly max_log_size?: Numeric | null;
  /** Most processes of the user while a step starts further ones (`ulimit -u`); 0 means no limit. Default: `0`. */
  readonly maxProcesses?: Numeric | null;
  /** The same. @deprecated in favour of `maxProcesses` */
  readonly max_processes?: Numeric | null;
  /** Traces by OpenTelemetry. */
  readonly otel?: OtelSpec | null;
  /** Labels that a worker must have. */
  readonly workerSelector?: MapOf<string> | null;
  /** The same. @deprecated in favour of `workerSelector` */
  readonly worker_selector?: MapOf<string> | null;
  /** What steps may touch at most, unless a step says otherwise. */
  readonly permissions?: PermissionsSpec | null;
  /** Container in which all steps run. */
  readonly container?: string | ContainerSpec | null;
  /** Host on which all steps run. */
  readonly ssh?: SshSpec | null;
  /** Defaults of chat steps. */
  readonly llm?: LlmSpec | null;
  /** What the UI may change at a start. */
  readonly runConfig?: RunConfigSpec | null;
  /** The same. @deprecated in favour of `runConfig` */
  readonly run_config?: RunConfigSpec | null;
  /** Logins for image registries, by host. */
  readonly registryAuths?: string | MapOf<string | RegistryAuthSpec> | null;
  /** The same. @deprecated in favour of `registryAuths` */
  readonly registry_auths?: string | MapOf<string | RegistryAuthSpec> | null;
  /** Secret variables. */
  readonly secrets?: readonly (SecretSpec)[] | null;
  /** Runs that `dagu test` plays, and what is expected of them. */
  readonly tests?: readonly TestSpec[] | null;
}

/** An entry of schedule. */
export interface ScheduleEntrySpec {
  /** Cron expression of five or six fields, or a macro such as `@daily`. */
  readonly cron?: string | null;
  /** The same. @deprecated in favour of `cron` */
  readonly expression?: string | null;
  /** Zone of the expressions; default: that of the configuration. */
  readonly timezone?: string | null;
  /** Which of the times that were missed are made good. Default: `"latest"`. */
  readonly catchup?: "off" | "latest" | "all" | "" | null;
  /** How long after its time a run may still be made good: `30m`, `6h`, `2d`. Default: `"10m"`. */
  readonly catchupWindow?: string | null;
  /** The same. @deprecated in favour of `catchupWindow` */
  readonly catchup_window?: string | null;
  /** What a start does while a run is active. Default: `"skip"`. */
  readonly overlap?: "skip" | "queue" | "replace" | "" | null;
}

/** Schedule. */
export interface SchedulesSpec {
  /** When runs start. */
  readonly start?: string | readonly (string | ScheduleEntrySpec)[] | ScheduleEntrySpec | null;
  /** The same. @deprecated in favour of `start` */
  readonly cron?: string | readonly (string | ScheduleEntrySpec)[] | ScheduleEntrySpec | null;
  /** The same. @deprecated in favour of `start` */
  readonly expression?: string | readonly (string | ScheduleEntrySpec)[] | ScheduleEntrySpec | null;
  /** When a run is stopped. */
  readonly stop?: string | readonly (string | ScheduleEntrySpec)[] | ScheduleEntrySpec | null;
  /** When a run is stopped and started again. */
  readonly restart?: string | readonly (string | ScheduleEntrySpec)[] | ScheduleEntrySpec | null;
  /** Zone of the expressions; default: that of the configuration. */
  readonly timezone?: string | null;
  /** Which of the times that were missed are made good. Default: `"latest"`. */
  readonly catchup?: "off" | "latest" | "all" | "" | null;
  /** How long after its time a run may still be made good: `30m`, `6h`, `2d`. Default: `"10m"`. */
  readonly catchupWindow?: string | null;
  /** The same. @deprecated in favour of `catchupWindow` */
  readonly catchup_window?: string | null;
  /** What a start does while a run is active. Default: `"skip"`. */
  readonly overlap?: "skip" | "queue" | "replace" | "" | null;
}

/** A step. */
export interface StepFields<N extends string = string, O extends string = string> {
  /** Unique name of at most 40 characters; made up when left out. */
  readonly name?: N | null;
  /** Short name for references such as `${id.stdout}`. */
  readonly id?: N | null;
  /** Free text. */
  readonly description?: string | null;
  /** Command line, or several that run one after the other; a text of several lines is a script. */
  readonly command?: string | readonly (Scalar)[] | null;
  /** Script for the shell, or for `command` when that is given. */
  readonly script?: string | null;
  /** Program and arguments, without a shell. */
  readonly exec?: ExecSpec | null;
  /** Shell and its arguments; `direct` means none. */
  readonly shell?: string | readonly (Scalar)[] | null;
  /** Packages for nix-shell. */
  readonly shellPackages?: readonly (string)[] | null;
  /** The same. @deprecated in favour of `shellPackages` */
  readonly shell_packages?: readonly (string)[] | null;
  /** Folder in which the step runs. */
  readonly workingDir?: string | null;
  /** The same. @deprecated in favour of `workingDir` */
  readonly working_dir?: string | null;
  /** The same. @deprecated in favour of `workingDir` */
  readonly dir?: string | null;
  /** Environment of the step. */
  readonly env?: MapOf<Value> | readonly (MapOf<Value> | string)[] | null;
  /** File that gets a copy of stdout. */
  readonly stdout?: string | null;
  /** File that gets a copy of stderr. */
  readonly stderr?: string | null;
  /** One log for stdout and stderr, or two. */
  readonly logOutput?: "separate" | "merged" | "" | null;
  /** The same. @deprecated in favour of `logOutput` */
  readonly log_output?: "separate" | "merged" | "" | null;
  /** Variable that receives stdout of the step. */
  readonly output?: O | OutputSpec<O> | null;
  /** Names or ids of the steps that must end before; [] means none. */
  readonly depends?: NoInfer<N> | MadeUpName | readonly (NoInfer<N> | MadeUpName)[] | null;
  /** When the run goes on although the step did not succeed. */
  readonly continueOn?: "failed" | "skipped" | "" | ContinueOnSpec | null;
  /** The same. @deprecated in favour of `continueOn` */
  readonly continue_on?: "failed" | "skipped" | "" | ContinueOnSpec | null;
  /** Tries after a failure. */
  readonly retryPolicy?: RetryPolicySpec | null;
  /** The same. @deprecated in favour of `retryPolicy` */
  readonly retry_policy?: RetryPolicySpec | null;
  /** Repetition of the step. */
  readonly repeatPolicy?: RepeatPolicySpec | null;
  /** The same. @deprecated in favour of `repeatPolicy` */
  readonly repeat_policy?: RepeatPolicySpec | null;
  /** Same as `preconditions`; both are joined. */
  readonly precondition?:
    | string
    | readonly (string | PreconditionSpec | readonly (string | PreconditionSpec)[])[]
    | PreconditionSpec
    | null;
  /** The step is skipped unless all are met. */
  readonly preconditions?:
    | string
    | readonly (string | PreconditionSpec | readonly (string | PreconditionSpec)[])[]
    | PreconditionSpec
    | null;
  /** Mail when the step fails. Default: `false`. */
  readonly mailOnError?: boolean | null;
  /** The same. @deprecated in favour of `mailOnError` */
  readonly mail_on_error?: boolean | null;
  /** Signal that stops the step. Default: `"SIGTERM"`. */
  readonly signalOnStop?: string | null;
  /** The same. @deprecated in favour of `signalOnStop` */
  readonly signal_on_stop?: string | null;
  /** Time limit in seconds; 0 means none. Default: `0`. */
  readonly timeoutSec?: Numeric | null;
  /** The same. @deprecated in favour of `timeoutSec` */
  readonly timeout_sec?: Numeric | null;
  /** DAG to run as this step. */
  readonly call?: string | null;
  /** The same. @deprecated in favour of `call` */
  readonly run?: string | null;
  /** Parameters of the called DAG, or inputs of an action. */
  readonly params?: string | readonly (MapOf<Value> | Scalar)[] | MapOf<Value> | null;
  /** Items: the called DAG runs once for each of them. */
  readonly parallel?: string | readonly (Value)[] | ParallelSpec | null;
  /** Labels that a worker must have. */
  readonly workerSelector?: MapOf<string> | null;
  /** The same. @deprecated in favour of `workerSelector` */
  readonly worker_selector?: MapOf<string> | null;
  /** What the step may touch at most. */
  readonly permissions?: PermissionsSpec | null;
  /** Container in which the step runs. */
  readonly container?: string | ContainerSpec | null;
  /** Older form of `type` and `config`. */
  readonly executor?: string | ExecutorSpec | null;
  /** Model of a chat step. */
  readonly llm?: LlmSpec | null;
  /** Messages of a chat step. */
  readonly messages?: readonly (MessageSpec)[] | null;
}

/** Exec. */
export interface ExecSpec {
  /** Program to start, without a shell. */
  readonly command: Scalar;
  /** Its arguments, passed on as they are. */
  readonly args?: readonly (Scalar)[] | null;
}

/** Output. */
export interface OutputSpec<O extends string = string> {
  /** Variable that receives stdout of the step. */
  readonly name: O;
  /** Name in outputs.json. */
  readonly key?: string | null;
  /** Keep it out of outputs.json. Default: `false`. */
  readonly omit?: boolean | null;
}

/** ContinueOn. */
export interface ContinueOnSpec {
  /** Go on when the step fails. Default: `false`. */
  readonly failure?: boolean | null;
  /** The same. @deprecated in favour of `failure` */
  readonly failed?: boolean | null;
  /** Go on when the step is skipped. Default: `false`. */
  readonly skipped?: boolean | null;
  /** Go on after these exit codes. */
  readonly exitCode?: readonly (Numeric | string)[] | Numeric | string | null;
  /** The same. @deprecated in favour of `exitCode` */
  readonly exit_code?: readonly (Numeric | string)[] | Numeric | string | null;
  /** Go on when a line of stdout has this text, or matches it when it begins with `re:`. */
  readonly output?: readonly (string)[] | string | null;
  /** Count the step as succeeded then. Default: `false`. */
  readonly markSuccess?: boolean | null;
  /** The same. @deprecated in favour of `markSuccess` */
  readonly mark_success?: boolean | null;
}

/** A retry policy. */
export interface RetryPolicySpec {
  /** Further tries after the first; a number or a text with a variable. */
  readonly limit: Numeric | string;
  /** Seconds between two tries; a number or a text with a variable. */
  readonly intervalSec?: Numeric | string | null;
  /** The same. @deprecated in favour of `intervalSec` */
  readonly interval_sec?: Numeric | string | null;
  /** Only these exit codes are retried. */
  readonly exitCode?: readonly (Numeric)[] | Numeric | null;
  /** The same. @deprecated in favour of `exitCode` */
  readonly exit_code?: readonly (Numeric)[] | Numeric | null;
  /** Factor above 1 by which each wait grows; true stands for 2. */
  readonly backoff?: boolean | Numeric | null;
  /** Longest wait in seconds. */
  readonly maxIntervalSec?: Numeric | null;
  /** The same. @deprecated in favour of `maxIntervalSec` */
  readonly max_interval_sec?: Numeric | null;
}

/** A repeat policy. */
export interface RepeatPolicySpec {
  /** true or `while` repeats while the condition is met (or the step succeeds), `until` until it is met. */
  readonly repeat?: boolean | "while" | "until" | "" | null;
  /** Seconds between two executions. Default: `0`. */
  readonly intervalSec?: Numeric | null;
  /** The same. @deprecated in favour of `intervalSec` */
  readonly interval_sec?: Numeric | null;
  /** Executions in total; 0 means no limit. Default: `0`. */
  readonly limit?: Numeric | null;
  /** Command, or text to compare with `expected`. */
  readonly condition?: string | null;
  /** Text, or `re:` and a regular expression. */
  readonly expected?: string | null;
  /** Exit codes that count as met. */
  readonly exitCode?: readonly (Numeric)[] | Numeric | null;
  /** The same. @deprecated in favour of `exitCode` */
  readonly exit_code?: readonly (Numeric)[] | Numeric | null;
  /** Factor above 1 by which each wait grows; true stands for 2. */
  readonly backoff?: boolean | Numeric | null;
  /** Longest wait in seconds. */
  readonly maxIntervalSec?: Numeric | null;
  /** The same. @deprecated in favour of `maxIntervalSec` */
  readonly max_interval_sec?: Numeric | null;
}

/** A precondition. */
export interface PreconditionSpec {
  /** Command that must succeed, or text to compare with `expected`. */
  readonly condition?: string | null;
  /** The same. @deprecated in favour of `condition` */
  readonly command?: string | null;
  /** Text, or `re:` and a regular expression. */
  readonly expected?: string | null;
  /** Turn met into not met. Default: `false`. */
  readonly negate?: boolean | null;
}

/** Parallel. */
export interface ParallelSpec {
  /** List of items (texts or maps), or a variable that holds them. */
  readonly items?: readonly (Value)[] | string | null;
  /** Runs at the same time. Default: `10`. */
  readonly maxConcurrent?: Numeric | null;
  /** The same. @deprecated in favour of `maxConcurrent` */
  readonly max_concurrent?: Numeric | null;
}

/** A block of permissions. */
export interface PermissionsSpec {
  /** Hosts, as `host` or `host:port`. */
  readonly net?: boolean | string | readonly (string)[] | null;
  /** Files and folders that may be read. */
  readonly read?: boolean | string | readonly (string)[] | null;
  /** Files and folders that may be written. */
  readonly write?: boolean | string | readonly (string)[] | null;
  /** Names of variables. */
  readonly env?: boolean | string | readonly (string)[] | null;
  /** Programs. */
  readonly run?: boolean | string | readonly (string)[] | null;
  /** Facts about the system. */
  readonly sys?: boolean | string | readonly (string)[] | null;
  /** Packages that code may load, as `npm:name@version`. */
  readonly import?: boolean | string | readonly (string)[] | null;
}

/** A container. */
export interface ContainerSpec {
  /** Name of a running container to use. */
  readonly exec?: string | null;
  /** Image to start a container from. */
  readonly image?: string | null;
  /** Name of the new container; random when empty. */
  readonly name?: string | null;
  /** When the image is fetched; true is always, false never. Default: `"missing"`. */
  readonly pullPolicy?: boolean | "always" | "never" | "missing" | "true" | "false" | "" | null;
  /** The same. @deprecated in favour of `pullPolicy` */
  readonly pull_policy?: boolean | "always" | "never" | "missing" | "true" | "false" | "" | null;
  /** Environment inside. */
  readonly env?: MapOf<Value> | readonly (MapOf<Value> | string)[] | null;
  /** `source:target[:ro|rw]`. */
  readonly volumes?: string | readonly (string)[] | null;
  /** User or user:group inside. */
  readonly user?: Scalar | null;
  /** Folder inside. */
  readonly workingDir?: string | null;
  /** The same. @deprecated in favour of `workingDir` */
  readonly working_dir?: string | null;
  /** The same. @deprecated in favour of `workingDir` */
  readonly workDir?: string | null;
  /** The same. @deprecated in favour of `workingDir` */
  readonly work_dir?: string | null;
  /** Such as linux/amd64. */
  readonly platform?: string | null;
  /** Published ports, in docker's short form. */
  readonly ports?: Scalar | readonly (Scalar)[] | null;
  /** Network to join. */
  readonly network?: string | null;
  /** Do not remove it after the run. Default: `false`. */
  readonly keepContainer?: boolean | null;
  /** The same. @deprecated in favour of `keepContainer` */
  readonly keep_container?: boolean | null;
  /** What the container itself runs. Default: `"keepalive"`. */
  readonly startup?: "keepalive" | "entrypoint" | "command" | "" | null;
  /** Command for `startup: command`. */
  readonly command?: string | readonly (Scalar)[] | null;
  /** State that it must reach before steps run. Default: `"running"`. */
  readonly waitFor?: "running" | "healthy" | "" | null;
  /** The same. @deprecated in favour of `waitFor` */
  readonly wait_for?: "running" | "healthy" | "" | null;
  /** Regular expression that must appear in its log first. */
  readonly logPattern?: string | null;
  /** The same. @deprecated in favour of `logPattern` */
  readonly log_pattern?: string | null;
  /** no, always, unless-stopped or on-failure. */
  readonly restartPolicy?: string | null;
  /** The same. @deprecated in favour of `restartPolicy` */
  readonly restart_policy?: string | null;
}

/** Executor. */
export interface ExecutorSpec {
  /** Kind of the step. */
  readonly type?: string | null;
  /** Its settings. */
  readonly config?: MapOf<Value> | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: MapOf<Value> | null;
}

/** Llm. */
export interface LlmSpec {
  /** Who serves the model. */
  readonly provider?:
    | "openai"
    | "anthropic"
    | "gemini"
    | "openrouter"
    | "local"
    | "ollama"
    | "vllm"
    | "llama"
    | ""
    | null;
  /** Name of the model. */
  readonly model?: string | null;
  /** System prompt. */
  readonly system?: string | null;
  /** 0 to 2. */
  readonly temperature?: Numeric | null;
  /** Longest answer. */
  readonly maxTokens?: Numeric | null;
  /** The same. @deprecated in favour of `maxTokens` */
  readonly max_tokens?: Numeric | null;
  /** 0 to 1. */
  readonly topP?: Numeric | null;
  /** The same. @deprecated in favour of `topP` */
  readonly top_p?: Numeric | null;
  /** Address of the service. */
  readonly baseURL?: string | null;
  /** The same. @deprecated in favour of `baseURL` */
  readonly base_url?: string | null;
  /** Variable that holds the key. */
  readonly apiKeyName?: string | null;
  /** The same. @deprecated in favour of `apiKeyName` */
  readonly api_key_name?: string | null;
  /** Print the answer while it comes. Default: `true`. */
  readonly stream?: boolean | null;
  /** Settings of thinking. */
  readonly thinking?: ThinkingSpec | null;
}

/** Thinking. */
export interface ThinkingSpec {
  /** Let the model think first. Default: `false`. */
  readonly enabled?: boolean | null;
  /** How much. */
  readonly effort?: "low" | "medium" | "high" | "xhigh" | "" | null;
  /** At most this many tokens. */
  readonly budgetTokens?: Numeric | null;
  /** The same. @deprecated in favour of `budgetTokens` */
  readonly budget_tokens?: Numeric | null;
  /** Show the thoughts in the output. Default: `false`. */
  readonly includeInOutput?: boolean | null;
  /** The same. @deprecated in favour of `includeInOutput` */
  readonly include_in_output?: boolean | null;
}

/** A message. */
export interface MessageSpec {
  /** Who says it. */
  readonly role: "system" | "user" | "assistant" | "tool" | "";
  /** What is said. */
  readonly content: string;
}

/** HandlerOn. */
export interface HandlersSpec<O extends string = string> {
  /** Before the steps. */
  readonly init?: StepSpec<string, O> | null;
  /** After success. */
  readonly success?: StepSpec<string, O> | null;
  /** After a failure. */
  readonly failure?: StepSpec<string, O> | null;
  /** After a stop. */
  readonly abort?: StepSpec<string, O> | null;
  /** The same. @deprecated in favour of `abort` */
  readonly cancel?: StepSpec<string, O> | null;
  /** At the end, however the run ended. */
  readonly exit?: StepSpec<string, O> | null;
  /** When the run waits for approval. */
  readonly wait?: StepSpec<string, O> | null;
}

/** Smtp. */
export interface SmtpSpec {
  /** Host of the mail server. */
  readonly host?: string | null;
  /** Its port. */
  readonly port?: string | Numeric | null;
  /** User name; without one no login is made. */
  readonly username?: string | null;
  /** Password. */
  readonly password?: string | null;
  /** `tls` from the start, `starttls` (demanded) or `none`; default: tls on port 465, else starttls when it is offered, demanded for a password that leaves the machine. */
  readonly security?: "tls" | "starttls" | "none" | "" | null;
  /** Accept any certificate. Default: `false`. */
  readonly skipTLSVerify?: boolean | null;
  /** The same. @deprecated in favour of `skipTLSVerify` */
  readonly skip_tls_verify?: boolean | null;
  /** PEM file with the authorities to trust, instead of the usual ones. */
  readonly caFile?: string | null;
  /** The same. @deprecated in favour of `caFile` */
  readonly ca_file?: string | null;
}

/** MailOn. */
export interface MailOnSpec {
  /** Mail when the run fails. Default: `false`. */
  readonly failure?: boolean | null;
  /** Mail when the run succeeds. Default: `false`. */
  readonly success?: boolean | null;
  /** Mail when the run waits for approval. Default: `false`. */
  readonly wait?: boolean | null;
}

/** A mail setting. */
export interface MailSpec {
  /** Sender. */
  readonly from?: string | null;
  /** Receivers. */
  readonly to?: string | readonly (string)[] | null;
  /** Beginning of the subject. */
  readonly prefix?: string | null;
  /** Attach the logs of the steps. Default: `false`. */
  readonly attachLogs?: boolean | null;
  /** The same. @deprecated in favour of `attachLogs` */
  readonly attach_logs?: boolean | null;
}

/** Otel. */
export interface OtelSpec {
  /** Send traces. Default: `false`. */
  readonly enabled?: boolean | null;
  /** Address of the collector, which takes OTLP over HTTP; default: `http://localhost:4318/v1/traces`. */
  readonly endpoint?: string | null;
  /** Headers of each request. */
  readonly headers?: MapOf<Scalar> | null;
  /** No TLS, where the address does not say. Default: `false`. */
  readonly insecure?: boolean | null;
  /** Time limit of a request, such as `10s`, which is the default. */
  readonly timeout?: string | null;
  /** Attributes of the resource; `service.name` is `dagu` by default. */
  readonly resource?: MapOf<Value> | null;
}

/** Ssh. */
export interface SshSpec {
  /** User at the host; the user of this machine unless given. */
  readonly user?: string | null;
  /** Host. */
  readonly host?: string | null;
  /** The same. @deprecated in favour of `host` */
  readonly ip?: string | null;
  /** Port. Default: `"22"`. */
  readonly port?: string | Numeric | null;
  /** File with the private key, or its text; the usual keys of `~/.ssh` unless given. */
  readonly key?: string | null;
  /** Passphrase of the key. */
  readonly passphrase?: string | null;
  /** Password. */
  readonly password?: string | null;
  /** Use the key agent of SSH_AUTH_SOCK (true), or of this socket. */
  readonly agent?: boolean | string | null;
  /** Refuse hosts whose key is not known. Default: `true`. */
  readonly strictHostKey?: boolean | null;
  /** The same. @deprecated in favour of `strictHostKey` */
  readonly strict_host_key?: boolean | null;
  /** File with the known keys; `~/.ssh/known_hosts` unless given. */
  readonly knownHostFile?: string | null;
  /** The same. @deprecated in favour of `knownHostFile` */
  readonly known_host_file?: string | null;
  /** Shell that runs the commands there. */
  readonly shell?: string | readonly (Scalar)[] | null;
  /** For connection and login; a number is seconds. Default: `"30s"`. */
  readonly timeout?: string | Numeric | null;
  /** Host through which the other one is reached. */
  readonly bastion?: BastionSpec | null;
}

/** A host on the way. */
export interface BastionSpec {
  /** User at the host; the user of this machine unless given. */
  readonly user?: string | null;
  /** Host. */
  readonly host?: string | null;
  /** The same. @deprecated in favour of `host` */
  readonly ip?: string | null;
  /** Port. Default: `"22"`. */
  readonly port?: string | Numeric | null;
  /** File with the private key, or its text; the usual keys of `~/.ssh` unless given. */
  readonly key?: string | null;
  /** Passphrase of the key. */
  readonly passphrase?: string | null;
  /** Password. */
  readonly password?: string | null;
  /** Use the key agent of SSH_AUTH_SOCK (true), or of this socket. */
  readonly agent?: boolean | string | null;
}

/** RunConfig. */
export interface RunConfigSpec {
  /** No editing of parameters in the UI. Default: `false`. */
  readonly disableParamEdit?: boolean | null;
  /** The same. @deprecated in favour of `disableParamEdit` */
  readonly disable_param_edit?: boolean | null;
  /** No editing of the run id in the UI. Default: `false`. */
  readonly disableRunIdEdit?: boolean | null;
  /** The same. @deprecated in favour of `disableRunIdEdit` */
  readonly disable_run_id_edit?: boolean | null;
}

/** A registry login. */
export interface RegistryAuthSpec {
  /** User name. */
  readonly username?: string | null;
  /** Password or token. */
  readonly password?: string | null;
  /** Both, base64 encoded as docker stores them. */
  readonly auth?: string | null;
}

/** A secret. */
export interface SecretSpec {
  /** Variable that holds the value. */
  readonly name: string;
  /** Where it comes from: env, file, ... */
  readonly provider: string;
  /** Name of the value at the provider. */
  readonly key: string;
  /** Further settings of the provider. */
  readonly options?: MapOf<string> | null;
}

/** A test. */
export interface TestSpec<N extends string = string, O extends string = string, P extends string = string> {
  /** What it shows. */
  readonly name: string;
  /** Parameters of the run. */
  readonly params?:
    | string
    | readonly (Scalar | ParamMap<P> | ReadonlyMap<string, Value>)[]
    | ParamMap<P>
    | ReadonlyMap<string, Value>
    | null;
  /** Variables of the host; there are no others. */
  readonly env?: MapOf<Scalar> | null;
  /** Values of secrets; others are made up. */
  readonly secrets?: MapOf<Scalar> | null;
  /** When the run begins. Default: `"2026-01-01T00:00:00Z"`. */
  readonly at?: string | null;
  /** When somebody stops the run, after its begin. */
  readonly stopAfterSec?: Numeric | null;
  /** The same. @deprecated in favour of `stopAfterSec` */
  readonly stop_after_sec?: Numeric | null;
  /** What steps and handlers do, by name: what they print, or more; a list is one for each execution. */
  readonly steps?: { readonly [K in N]?: Scalar | FakeSpec<O> | readonly (Scalar | FakeSpec<O>)[] } | null;
  /** What commands of conditions and between backticks do, by their text. */
  readonly commands?: MapOf<Scalar | FakeSpec<O>> | null;
  /** What is expected; without it that the run succeeds. */
  readonly expect?: ExpectationSpec<N, O> | null;
}

/** What a step or command does in a test. */
export interface FakeSpec<O extends string = string> {
  /** What it prints. */
  readonly stdout?: Scalar | null;
  /** What it prints there. */
  readonly stderr?: Scalar | null;
  /** How it ends. Default: `0`. */
  readonly exitCode?: Numeric | null;
  /** The same. @deprecated in favour of `exitCode` */
  readonly exit_code?: Numeric | null;
  /** How long a step takes by the clock of the test. Default: `1`. */
  readonly takesSec?: Numeric | null;
  /** The same. @deprecated in favour of `takesSec` */
  readonly takes_sec?: Numeric | null;
  /** It never ends by itself. Default: `false`. */
  readonly hangs?: boolean | null;
  /** It waits for an approval; so do hitl steps without a fake. Default: `false`. */
  readonly waits?: boolean | null;
  /** Outputs by name, besides what `output` takes from stdout. */
  readonly outputs?: { readonly [K in O]?: Scalar } | null;
}

/** What is expected of a run. */
export interface ExpectationSpec<N extends string = string, O extends string = string> {
  /** Its state at the end. Default: `"succeeded"`. */
  readonly status?:
    | "succeeded"
    | "failed"
    | "aborted"
    | "partially_succeeded"
    | "waiting"
    | "rejected"
    | "not_started"
    | ""
    | null;
  /** Exactly the steps and handlers that are executed, in the order of their begin. */
  readonly path?: readonly N[] | null;
  /** Steps of which each ends before the next one begins; or several such lists. */
  readonly order?: readonly (N | readonly N[])[] | null;
  /** States of steps and handlers by name, or more about them. */
  readonly steps?:
    | { readonly [K in N]?: NonNullable<StepExpectationSpec["status"]> | StepExpectationSpec }
    | null;
  /** Values of outputs: one line of each, or `re:` and a regular expression. */
  readonly outputs?: { readonly [K in O]?: Scalar } | null;
  /** How long the run takes by the clock of the test. */
  readonly takesSec?: Numeric | null;
  /** The same. @deprecated in favour of `takesSec` */
  readonly takes_sec?: Numeric | null;
  /** Part of the error of the run. */
  readonly error?: string | null;
}

/** What is expected of a step. */
export interface StepExpectationSpec {
  /** Its state at the end. */
  readonly status?:
    | "succeeded"
    | "failed"
    | "aborted"
    | "skipped"
    | "partially_succeeded"
    | "waiting"
    | "rejected"
    | "not_started"
    | ""
    | null;
  /** How often it was executed, with retries and repetitions. */
  readonly runs?: Numeric | null;
  /** How its last execution ended. */
  readonly exitCode?: Numeric | null;
  /** The same. @deprecated in favour of `exitCode` */
  readonly exit_code?: Numeric | null;
  /** Its last command with references replaced: one line of it, or `re:` and a regular expression. */
  readonly command?: string | null;
  /** Values of variables in its last execution. */
  readonly env?: MapOf<Scalar> | null;
  /** Part of its error. */
  readonly error?: string | null;
}

/** The config of an http step. */
export interface HttpConfigSpec {
  /** Seconds for the whole exchange; 0 means no limit. Default: `0`. */
  readonly timeout?: Numeric | string | null;
  /** Headers of the request. */
  readonly headers?: MapOf<Scalar> | null;
  /** Added to the query of the address. */
  readonly query?: MapOf<Scalar> | null;
  /** Body of the request; GET and HEAD have none. */
  readonly body?: Scalar | null;
  /** Print only the body of a successful answer. Default: `false`. */
  readonly silent?: boolean | string | null;
  /** Describe request and answer on stderr. Default: `false`. */
  readonly debug?: boolean | string | null;
  /** Print the answer as one JSON object. Default: `false`. */
  readonly json?: boolean | string | null;
  /** Accept any certificate of the server. Default: `false`. */
  readonly skipTLSVerify?: boolean | string | null;
  /** The same. @deprecated in favour of `skipTLSVerify` */
  readonly skip_tls_verify?: boolean | string | null;
  /** Further certificate authorities, PEM. */
  readonly caFile?: string | null;
  /** The same. @deprecated in favour of `caFile` */
  readonly ca_file?: string | null;
  /** Certificate to show to the server, PEM; needs `keyFile`. */
  readonly certFile?: string | null;
  /** The same. @deprecated in favour of `certFile` */
  readonly cert_file?: string | null;
  /** Key of `certFile`, PEM. */
  readonly keyFile?: string | null;
  /** The same. @deprecated in favour of `keyFile` */
  readonly key_file?: string | null;
}

/** The config of a jq step. */
export interface JqConfigSpec {
  /** Print texts without quotes, everything else compact. Default: `false`. */
  readonly raw?: boolean | string | null;
}

/** The config of a ts step. */
export interface TsConfigSpec<O extends string = string> {
  /** Module whose default function is the step, instead of `script`. */
  readonly file?: string | null;
  /** Variables that `ctx.output(name, value)` may set. */
  readonly outputs?: readonly O[] | null;
  /** MiB that the code may use. Default: `256`. */
  readonly memory?: Numeric | string | null;
}

/** The config of a hitl step. */
export interface HitlConfigSpec {
  /** What is asked. */
  readonly prompt?: string | null;
  /** Names of values that may be given with the approval. */
  readonly input?: readonly (Scalar)[] | null;
  /** Those of them that must be given. */
  readonly required?: readonly (Scalar)[] | null;
}

/** The config of a mail step. */
export interface MailConfigSpec {
  /** Sender. */
  readonly from?: string | null;
  /** Receivers. */
  readonly to?: string | readonly (Scalar)[] | null;
  /** Subject. */
  readonly subject?: Scalar | null;
  /** Text of the mail: HTML in which line ends count. */
  readonly message?: Scalar | null;
  /** Files to attach. */
  readonly attachments?: string | readonly (Scalar)[] | null;
}

/** The config of an archive step. */
export interface ArchiveConfigSpec {
  /** Archive to read, or file or folder to pack. */
  readonly source?: string | null;
  /** Folder to unpack into, or archive to make. */
  readonly destination?: string | null;
  /** `zip`, `tar`, `tar.gz`, `tar.bz2`, `tar.xz`, `tar.zst`; default: by the end of the name. */
  readonly format?: string | null;
  /** 0 to 9, for tar.zst 1 to 22; default: that of the format. */
  readonly compressionLevel?: Numeric | string | null;
  /** The same. @deprecated in favour of `compressionLevel` */
  readonly compression_level?: Numeric | string | null;
  /** Of an encrypted zip archive that is read. */
  readonly password?: Scalar | null;
  /** Replace files that exist. Default: `false`. */
  readonly overwrite?: boolean | string | null;
  /** Keep folders; else all files go into one. Default: `true`. */
  readonly preservePaths?: boolean | string | null;
  /** The same. @deprecated in favour of `preservePaths` */
  readonly preserve_paths?: boolean | string | null;
  /** Leading parts of names to cut off. Default: `0`. */
  readonly stripComponents?: Numeric | string | null;
  /** The same. @deprecated in favour of `stripComponents` */
  readonly strip_components?: Numeric | string | null;
  /** Only what matches one of these (`*`, `**`, `?`, `[]`, `{}`). */
  readonly include?: string | readonly (Scalar)[] | null;
  /** Nothing that matches one of these. */
  readonly exclude?: string | readonly (Scalar)[] | null;
  /** Write nothing. Default: `false`. */
  readonly dryRun?: boolean | string | null;
  /** The same. @deprecated in favour of `dryRun` */
  readonly dry_run?: boolean | string | null;
  /** Print each name on stderr. Default: `false`. */
  readonly verbose?: boolean | string | null;
  /** Pack what links lead to. Default: `false`. */
  readonly followSymlinks?: boolean | string | null;
  /** The same. @deprecated in favour of `followSymlinks` */
  readonly follow_symlinks?: boolean | string | null;
  /** Read the whole archive: before, or after making it. Default: `false`. */
  readonly verifyIntegrity?: boolean | string | null;
  /** The same. @deprecated in favour of `verifyIntegrity` */
  readonly verify_integrity?: boolean | string | null;
  /** Go on with the next member after a failure. Default: `false`. */
  readonly continueOnError?: boolean | string | null;
  /** The same. @deprecated in favour of `continueOnError` */
  readonly continue_on_error?: boolean | string | null;
}

/** The config of an ssh step. */
export interface SshConfigSpec {
  /** User at the host; the user of this machine unless given. */
  readonly user?: string | null;
  /** Host. */
  readonly host?: string | null;
  /** The same. @deprecated in favour of `host` */
  readonly ip?: string | null;
  /** Port. Default: `"22"`. */
  readonly port?: string | Numeric | null;
  /** File with the private key, or its text; the usual keys of `~/.ssh` unless given. */
  readonly key?: string | null;
  /** Passphrase of the key. */
  readonly passphrase?: string | null;
  /** Password. */
  readonly password?: string | null;
  /** Use the key agent of SSH_AUTH_SOCK (true), or of this socket. */
  readonly agent?: boolean | string | null;
  /** Refuse hosts whose key is not known. Default: `true`. */
  readonly strictHostKey?: boolean | string | null;
  /** The same. @deprecated in favour of `strictHostKey` */
  readonly strict_host_key?: boolean | string | null;
  /** File with the known keys; `~/.ssh/known_hosts` unless given. */
  readonly knownHostFile?: string | null;
  /** The same. @deprecated in favour of `knownHostFile` */
  readonly known_host_file?: string | null;
  /** Shell that runs the commands there. */
  readonly shell?: string | readonly (Scalar)[] | null;
  /** For connection and login; a number is seconds. Default: `"30s"`. */
  readonly timeout?: string | Numeric | null;
  /** Host through which the other one is reached. */
  readonly bastion?: BastionSpec | null;
  /** Further arguments of the shell. */
  readonly shellArgs?: readonly (Scalar)[] | null;
  /** The same. @deprecated in favour of `shellArgs` */
  readonly shell_args?: readonly (Scalar)[] | null;
}

/** The config of a docker step. */
export interface DockerConfigSpec {
  /** Image to make a container from. */
  readonly image?: string | null;
  /** A running container to use; with `image` the name of the new one. */
  readonly containerName?: string | null;
  /** The same. @deprecated in favour of `containerName` */
  readonly container_name?: string | null;
  /** `always`, `missing` or `never`. Default: `"missing"`. */
  readonly pull?: boolean | string | null;
  /** Such as linux/amd64. */
  readonly platform?: string | null;
  /** Remove the container at its end. Default: `true`. */
  readonly autoRemove?: boolean | string | null;
  /** The same. @deprecated in favour of `autoRemove` */
  readonly auto_remove?: boolean | string | null;
  /** Folder inside. */
  readonly workingDir?: string | null;
  /** The same. @deprecated in favour of `workingDir` */
  readonly working_dir?: string | null;
  /** `source:target[:ro|rw]`. */
  readonly volumes?: readonly (string)[] | null;
  /** Further members of the container in the engine's API. */
  readonly container?: MapOf<Value> | null;
  /** Its HostConfig. */
  readonly host?: MapOf<Value> | null;
  /** Its NetworkingConfig. */
  readonly network?: MapOf<Value> | null;
  /** User, WorkingDir and Env for a running container. */
  readonly exec?: MapOf<Value> | null;
}

/** A step of any other type, or of none. */
export interface PlainStepSpec<N extends string = string, O extends string = string>
  extends StepFields<N, O> {
  /** Kind of the step; found out from the other fields when left out. */
  readonly type?:
    | ""
    | "shell"
    | "command"
    | "gha"
    | "github_action"
    | "github-action"
    | "dag"
    | "subworkflow"
    | "parallel"
    | "chat"
    | null;
  /** Settings of that kind of step. */
  readonly config?: MapOf<Value> | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: MapOf<Value> | null;
}

/** A step of type `docker` or `container`. */
export interface DockerStepSpec<N extends string = string, O extends string = string>
  extends StepFields<N, O> {
  /** Kind of the step. */
  readonly type: "docker" | "container";
  /** Settings of that kind of step. */
  readonly config?: DockerConfigSpec | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: DockerConfigSpec | null;
}

/** A step of type `ssh`. */
export interface SshStepSpec<N extends string = string, O extends string = string> extends StepFields<N, O> {
  /** Kind of the step. */
  readonly type: "ssh";
  /** Settings of that kind of step. */
  readonly config?: SshConfigSpec | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: SshConfigSpec | null;
}

/** A step of type `http`. */
export interface HttpStepSpec<N extends string = string, O extends string = string> extends StepFields<N, O> {
  /** Kind of the step. */
  readonly type: "http";
  /** Settings of that kind of step. */
  readonly config?: HttpConfigSpec | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: HttpConfigSpec | null;
}

/** A step of type `jq`. */
export interface JqStepSpec<N extends string = string, O extends string = string> extends StepFields<N, O> {
  /** Kind of the step. */
  readonly type: "jq";
  /** Settings of that kind of step. */
  readonly config?: JqConfigSpec | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: JqConfigSpec | null;
}

/** A step of type `ts` or `typescript`. */
export interface TsStepSpec<N extends string = string, O extends string = string> extends StepFields<N, O> {
  /** Kind of the step. */
  readonly type: "ts" | "typescript";
  /** Settings of that kind of step. */
  readonly config?: TsConfigSpec<O> | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: TsConfigSpec<O> | null;
}

/** A step of type `archive`. */
export interface ArchiveStepSpec<N extends string = string, O extends string = string>
  extends StepFields<N, O> {
  /** Kind of the step. */
  readonly type: "archive";
  /** Settings of that kind of step. */
  readonly config?: ArchiveConfigSpec | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: ArchiveConfigSpec | null;
}

/** A step of type `mail`. */
export interface MailStepSpec<N extends string = string, O extends string = string> extends StepFields<N, O> {
  /** Kind of the step. */
  readonly type: "mail";
  /** Settings of that kind of step. */
  readonly config?: MailConfigSpec | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: MailConfigSpec | null;
}

/** A step of type `hitl`. */
export interface HitlStepSpec<N extends string = string, O extends string = string> extends StepFields<N, O> {
  /** Kind of the step. */
  readonly type: "hitl";
  /** Settings of that kind of step. */
  readonly config?: HitlConfigSpec | null;
  /** The same. @deprecated in favour of `config` */
  readonly with?: HitlConfigSpec | null;
}

/**
 * Kinds of steps that a program brings along, and what their `config` holds; to be added to:
 *
 * ```ts
 * declare module "@x/dagu/dag" {
 *   interface FurtherKinds {
 *     greet: { name: string };
 *   }
 * }
 * ```
 */
// deno-lint-ignore no-empty-interface
export interface FurtherKinds {}

/** A step of a kind that the program brings along. */
export type FurtherStepSpec<N extends string = string, O extends string = string> = {
  [K in keyof FurtherKinds]: StepFields<N, O> & {
    readonly type: K;
    readonly config?: FurtherKinds[K] | null;
  };
}[keyof FurtherKinds];

/** A step. */
export type StepSpec<N extends string = string, O extends string = string> =
  | PlainStepSpec<N, O>
  | DockerStepSpec<N, O>
  | SshStepSpec<N, O>
  | HttpStepSpec<N, O>
  | JqStepSpec<N, O>
  | TsStepSpec<N, O>
  | ArchiveStepSpec<N, O>
  | MailStepSpec<N, O>
  | HitlStepSpec<N, O>
  | FurtherStepSpec<N, O>;

/** Steps that run side by side: a list; said in this way, the compiler can tell more of what is wrong in it. */
export interface StepGroup<N extends string = string, O extends string = string> {
  /** Number of steps. */
  readonly length: number;
  /** A step. */
  readonly [index: number]: string | StepSpec<N, O>;
}

/** Steps in their order. */
export type StepList<N extends string = string, O extends string = string> = readonly (
  | string
  | StepSpec<N, O>
  | StepGroup<N, O>
)[];

/** Steps by their names. */
export type StepMap<N extends string = string, O extends string = string> = {
  readonly [K in N]?: string | StepSpec<N, O>;
};

/** Steps in one of their forms. */
export type Steps<O extends string = string> = StepList<string, O> | StepMap<string, O>;
