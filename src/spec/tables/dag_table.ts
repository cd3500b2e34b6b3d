/** The fields of a DAG. */
import { DAG_WORDS } from "./foreign_words.ts";
import { ON_CRASH } from "../../core/dag.ts";
import { DEFAULT_LOG_SIZE } from "../../core/log_limit.ts";
import { PERMISSIONS } from "../parts/permission_decl.ts";
import { CONDITIONS } from "./policy_tables.ts";
import { TEST } from "./scenario_tables.ts";
import { SCHEDULE_SHAPE } from "./schedule_tables.ts";
import {
  CONTAINER_SHAPE,
  ENV,
  LLM,
  MAIL,
  MAIL_ON,
  OTEL,
  REGISTRY_AUTH,
  RUN_CONFIG,
  SECRET,
  SMTP,
  SSH,
} from "./service_tables.ts";
import {
  ANY,
  BOOL,
  either,
  INT,
  list,
  map,
  object,
  SCALAR,
  type Shape,
  type Table,
  TEXT,
  word,
} from "../shape.ts";
import { LOG_OUTPUT, SHELL_SHAPE, STEP } from "./step_table.ts";

const TEXTS = either(TEXT, list(TEXT));

const STEP_SHAPE = either(TEXT, object(STEP));
const STEPS = either(list(either(TEXT, object(STEP), list(STEP_SHAPE))), map(STEP_SHAPE));

const DAG_TYPE: Shape = { kind: "word", words: ["chain", "graph"] };

const HANDLERS: Table = {
  name: "handlers",
  doc: "handlerOn",
  fields: () =>
    [
      { name: "init", doc: "Before the steps." },
      { name: "success", doc: "After success." },
      { name: "failure", doc: "After a failure." },
      { name: "abort", aliases: ["cancel"], doc: "After a stop." },
      { name: "exit", doc: "At the end, however the run ended." },
      { name: "wait", doc: "When the run waits for approval." },
    ].map((one) => ({ ...one, shape: object(STEP), merge: "replace" as const })),
};

export const DAG: Table = {
  name: "dag",
  doc: "a DAG",
  foreign: DAG_WORDS,
  fields: () => [
    {
      name: "name",
      shape: TEXT,
      doc: "At most 40 letters, digits, `_`, `.` and `-`; default: the file name.",
    },
    { name: "group", shape: TEXT, doc: "Group in the UI." },
    { name: "description", shape: TEXT, doc: "Free text." },
    {
      name: "type",
      shape: DAG_TYPE,
      default: "chain",
      doc: "chain: each step waits for the one before; graph: only `depends` counts.",
    },
    {
      name: "tags",
      aliases: ["labels"],
      shape: either(TEXT, list(either(SCALAR, map(SCALAR))), map(SCALAR)),
      merge: "append",
      doc: "Words to find the DAG by.",
    },
    {
      name: "schedule",
      shape: SCHEDULE_SHAPE,
      doc: "When the DAG is started, stopped and restarted by the scheduler.",
    },
    {
      name: "skipIfSuccessful",
      shape: BOOL,
      default: false,
      doc: "No scheduled run when one succeeded since the time before.",
    },
    { name: "steps", shape: STEPS, merge: "replace", doc: "What the DAG does." },
    { name: "env", shape: ENV, merge: "append", doc: "Environment of all steps." },
    {
      name: "dotenv",
      shape: TEXTS,
      default: [".env"],
      merge: "append",
      doc: "Files with further variables.",
    },
    {
      name: "params",
      shape: either(TEXT, list(either(map(ANY), SCALAR)), map(ANY)),
      merge: "append",
      doc: "Parameters and their defaults.",
    },
    { name: "shell", shape: SHELL_SHAPE, doc: "Shell of all steps, and its arguments." },
    { name: "workingDir", shape: TEXT, doc: "Folder of all steps; default: that of the file." },
    { name: "logDir", shape: TEXT, doc: "Folder of the logs." },
    { name: "logOutput", shape: LOG_OUTPUT, default: "separate", doc: "One log a step, or two." },
    { name: "handlerOn", shape: object(HANDLERS), doc: "Steps that run at certain events." },
    { name: "smtp", shape: object(SMTP), doc: "Mail server." },
    { name: "mailOn", shape: object(MAIL_ON), merge: "replace", doc: "When mails are sent." },
    { name: "errorMail", shape: object(MAIL), doc: "Mail about a failure." },
    { name: "infoMail", shape: object(MAIL), doc: "Mail about success." },
    { name: "waitMail", shape: object(MAIL), doc: "Mail about waiting for approval." },
    { name: "timeoutSec", shape: INT, default: 0, doc: "Time limit of a run in seconds; 0 means none." },
    { name: "delaySec", shape: INT, default: 0, doc: "Pause after each start of a step." },
    { name: "restartWaitSec", shape: INT, default: 0, doc: "Pause between stop and start of a restart." },
    {
      name: "histRetentionDays",
      shape: INT,
      default: 30,
      doc: "Days that runs are kept; negative: for ever.",
    },
    {
      name: "onCrash",
      shape: word(...ON_CRASH),
      default: "fail",
      doc: "What becomes of a run whose process is gone: it has failed, or a further attempt finishes it.",
    },
    { name: "precondition", shape: CONDITIONS, doc: "Same as `preconditions`; both are joined." },
    { name: "preconditions", shape: CONDITIONS, doc: "The run is given up unless all are met." },
    { name: "maxActiveRuns", shape: INT, default: 1, doc: "Queued runs that may run at the same time." },
    {
      name: "maxActiveSteps",
      shape: INT,
      default: 0,
      doc: "Steps that may run at the same time; 0: any number.",
    },
    {
      name: "maxCleanUpTimeSec",
      shape: INT,
      default: 5,
      doc: "Seconds between TERM and KILL at a stop.",
    },
    { name: "queue", shape: TEXT, doc: "Queue of the DAG; default: one of its own." },
    { name: "maxOutputSize", shape: INT, default: 1048576, doc: "Largest captured output in bytes." },
    {
      name: "maxLogSize",
      shape: INT,
      default: DEFAULT_LOG_SIZE,
      doc: "Bytes kept of what a step writes, for each of its streams; the rest is cut off.",
    },
    {
      name: "maxProcesses",
      shape: INT,
      default: 0,
      doc: "Most processes of the user while a step starts further ones (`ulimit -u`); 0 means no limit.",
    },
    { name: "otel", shape: object(OTEL), doc: "Traces by OpenTelemetry." },
    { name: "workerSelector", shape: map(TEXT), doc: "Labels that a worker must have." },
    {
      name: "permissions",
      shape: object(PERMISSIONS),
      doc: "What steps may touch at most, unless a step says otherwise.",
    },
    { name: "container", shape: CONTAINER_SHAPE, doc: "Container in which all steps run." },
    { name: "ssh", shape: object(SSH), doc: "Host on which all steps run." },
    { name: "llm", shape: object(LLM), doc: "Defaults of chat steps." },
    { name: "runConfig", shape: object(RUN_CONFIG), doc: "What the UI may change at a start." },
    {
      name: "registryAuths",
      shape: either(TEXT, map(either(TEXT, object(REGISTRY_AUTH)))),
      doc: "Logins for image registries, by host.",
    },
    { name: "secrets", shape: list(object(SECRET)), doc: "Secret variables." },
    {
      name: "tests",
      shape: list(object(TEST)),
      doc: "Runs that `dagu test` plays, and what is expected of them.",
    },
  ],
};
