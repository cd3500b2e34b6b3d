/** One document -> the core {@link Dag}. */
import { permissionDecl } from "./parts/permission_decl.ts";
import { type Dag, HANDLER_NAMES, HANDLER_STEP_NAMES, type HandlerName, type Step } from "../core/dag.ts";
import { DEFAULT_LOG_SIZE } from "../core/log_limit.ts";
import { checkDagName } from "../core/names.ts";
import { buildStep, logOutput, type StepDefaults } from "./build_step.ts";
import { buildSteps } from "./build_steps.ts";
import { conditionList } from "./parts/condition_list.ts";
import { containerDecl } from "./parts/container_decl.ts";
import { DAG } from "./tables/dag_table.ts";
import { decodeObject, type ObjectValue } from "./decode.ts";
import { envEntries } from "./parts/env_entries.ts";
import type { IssueList } from "./issue_list.ts";
import { llmDecl } from "./parts/llm_decl.ts";
import { mailConfig, mailOn, smtpConfig } from "./parts/mail_decls.ts";
import { otelDecl } from "./parts/otel_decl.ts";
import { paramDecl } from "./parts/param_decl.ts";
import { registryAuths } from "./parts/registry_auths.ts";
import { schedules } from "./parts/schedules.ts";
import { secretRefs } from "./parts/secret_refs.ts";
import { shellDecl } from "./parts/shell_decl.ts";
import { sshDecl } from "./parts/ssh_decl.ts";
import type { StepKinds } from "./step_kinds.ts";
import type { MapNode } from "./yaml/yaml_node.ts";

const DEFAULT_RETENTION_DAYS = 30;
const DEFAULT_CLEAN_UP_SEC = 5;
const DEFAULT_OUTPUT_SIZE = 1024 * 1024;

/** What a document does not say itself. */
export interface DocumentPlace {
  /** Absolute path of the file. */
  readonly location: string;
  /** Name to take when the document has none; "" demands one. */
  readonly fileName: string;
  /** Text of the document. */
  readonly source: string;
  readonly kinds: StepKinds;
}

/** Builds as much as can be built; what is wrong goes to `issues`. */
export function buildDag(document: MapNode, place: DocumentPlace, issues: IssueList): Dag {
  const dag = decodeObject(document, DAG, "", issues);
  const type = dag.text("type") === "graph" ? "graph" : "chain";
  const llm = llmDecl(dag, null);
  const container = containerDecl(dag, "container");
  const ssh = sshDecl(dag);
  const defaults: StepDefaults = {
    type: container ? "container" : ssh ? "ssh" : "",
    llm,
    kinds: place.kinds,
  };
  const steps = buildSteps(dag, type === "chain", defaults);
  const workerSelector = dag.record("workerSelector");
  if (Object.keys(workerSelector).length > 0 && steps.some((step) => step.executor.type === "hitl")) {
    dag.issue("workerSelector", "A DAG with a hitl step cannot be sent to workers");
  }
  const dotenv = [...new Set(dag.texts("dotenv").map((file) => file.trim()).filter((file) => file !== ""))];
  return {
    name: dagName(dag, place),
    group: dag.text("group"),
    description: dag.text("description"),
    type,
    location: place.location,
    source: place.source,
    localDags: {},
    tags: tags(dag),
    schedule: schedules(dag),
    skipIfSuccessful: dag.bool("skipIfSuccessful"),
    env: envEntries(dag.get("env"), issues),
    // `.env` is read besides the files that are named; only an empty list turns it off.
    dotenv: dag.has("dotenv") && dotenv.length === 0 ? [] : [...new Set([".env", ...dotenv])],
    params: paramDecl(dag.get("params")),
    shell: shellDecl(dag, "shell"),
    workingDir: dag.text("workingDir"),
    logDir: dag.text("logDir"),
    logOutput: logOutput(dag) || "separate",
    steps,
    handlers: handlers(dag.object("handlerOn"), defaults),
    smtp: smtpConfig(dag),
    mailOn: mailOn(dag),
    errorMail: mailConfig(dag, "errorMail"),
    infoMail: mailConfig(dag, "infoMail"),
    waitMail: mailConfig(dag, "waitMail"),
    timeoutMs: Math.max(0, dag.int("timeoutSec", 0)) * 1000,
    delayMs: Math.max(0, dag.int("delaySec", 0)) * 1000,
    restartWaitMs: Math.max(0, dag.int("restartWaitSec", 0)) * 1000,
    histRetentionDays: dag.int("histRetentionDays", 0) || DEFAULT_RETENTION_DAYS,
    onCrash: dag.text("onCrash") === "resume" ? "resume" : "fail",
    preconditions: conditionList(dag),
    maxActiveRuns: dag.int("maxActiveRuns", 0) || 1,
    maxActiveSteps: dag.int("maxActiveSteps", 0),
    maxCleanUpMs: positive(dag.int("maxCleanUpTimeSec", 0), DEFAULT_CLEAN_UP_SEC) * 1000,
    queue: dag.text("queue"),
    maxOutputSize: positive(dag.int("maxOutputSize", 0), DEFAULT_OUTPUT_SIZE),
    maxLogSize: positive(dag.int("maxLogSize", 0), DEFAULT_LOG_SIZE),
    maxProcesses: dag.int("maxProcesses", 0),
    workerSelector,
    permissions: permissionDecl(dag),
    secrets: secretRefs(dag),
    runConfig: {
      disableParamEdit: dag.object("runConfig")?.bool("disableParamEdit") ?? false,
      disableRunIdEdit: dag.object("runConfig")?.bool("disableRunIdEdit") ?? false,
    },
    container,
    ssh,
    llm,
    otel: otelDecl(dag),
    registryAuths: registryAuths(dag),
  };
}

function dagName(dag: ObjectValue, place: DocumentPlace): string {
  const given = dag.text("name");
  if (given === "" && dag.written("name") && !dag.has("name")) return place.fileName;
  const name = given || place.fileName;
  if (name === "") {
    dag.issue("name", '"name" is required in every document but the first');
    return "";
  }
  const wrong = checkDagName(name);
  if (wrong === "") return name;
  dag.issue(
    "name",
    given === "" ? `${wrong}; it comes from the file name, set "name" to use another` : wrong,
  );
  return name;
}

function tags(dag: ObjectValue): string[] {
  const value = dag.get("tags");
  if (!value) return [];
  const found: string[] = [];
  for (const item of value.items ?? [value]) {
    if (item.members) {
      for (const { key, value: { node } } of item.members) {
        found.push(`${key.text}=${node.kind === "scalar" ? node.text : ""}`);
      }
    } else if (item.node.kind === "scalar") found.push(...item.node.text.split(","));
  }
  return [...new Set(found.map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== ""))];
}

function handlers(fields: ObjectValue | null, defaults: StepDefaults): Dag["handlers"] {
  const found: Partial<Record<HandlerName, Step>> = {};
  if (!fields) return found;
  for (const name of HANDLER_NAMES) {
    const handler = fields.object(name);
    if (!handler) continue;
    const step = buildStep(handler, defaults);
    step.name = HANDLER_STEP_NAMES[name];
    found[name] = step;
  }
  return found;
}

/** Zero and negative numbers mean the default. */
function positive(value: number, otherwise: number): number {
  return value > 0 ? value : otherwise;
}
