/**
 * `dag.json`: the definition that an attempt uses, in the shape of Dagu 1.30, so that either program can retry runs
 * of the other. Members that this shape lacks stand under `own`; with them a snapshot is read back as it was written.
 */
import type {
  ContainerDecl,
  LlmDecl,
  OtelDecl,
  RegistryAuthDecl,
  SshDecl,
} from "../../../core/declarations.ts";
import type { Dag, HandlerName, MailConfig, ParamDecl, SmtpConfig, Step } from "../../../core/dag.ts";
import { HANDLER_NAMES, HANDLER_STEP_NAMES } from "../../../core/dag.ts";
import { DEFAULT_LOG_SIZE } from "../../../core/log_limit.ts";
import { nameParams, parseParams } from "../../../core/text/params_text.ts";
import type { Snapshot } from "../../../ports/run_store.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { containerFromJson, containerToJson } from "./container_json.ts";
import {
  flag,
  isObject,
  type JsonObject,
  number,
  object,
  objects,
  splitPair,
  text,
  textMap,
  texts,
  whole,
} from "./json_read.ts";
import { compact, milliseconds, nanoseconds } from "./json_write.ts";
import { declFromJson } from "./permission_json.ts";
import { scheduleFromJson, scheduleToJson } from "./schedule_json.ts";
import {
  llmFromJson,
  llmToJson,
  otelFromJson,
  otelToJson,
  registryAuthsFromJson,
  registryAuthsToJson,
  sshFromJson,
  sshToJson,
} from "./service_json.ts";
import { conditionFromJson, conditionToJson, stepFromJson, stepToJson } from "./step_json.ts";

/** Text of `dag.json`. */
export function snapshotToJson(snapshot: Snapshot): string {
  return JSON.stringify(dagToJson(snapshot.dag, snapshot));
}

/** @throws SyntaxError when the text is no JSON object */
export function snapshotFromJson(json: string): Snapshot {
  const parsed: unknown = JSON.parse(json);
  if (!isObject(parsed)) throw new SyntaxError("Cannot read the stored definition: it is no JSON object");
  const told = flag(object(parsed, "own") ?? {}, "told");
  return {
    ...(told ? { told } : {}),
    dag: dagFromJson(parsed),
    env: texts(parsed, "env"),
    params: texts(parsed, "params"),
    paramsJson: text(parsed, "paramsJSON"),
    workingDir: text(parsed, "workingDir"),
  };
}

function dagToJson(dag: Dag, resolved: Snapshot | null): Record<string, unknown> {
  return {
    ...compact({
      workingDir: resolved ? resolved.workingDir : dag.workingDir,
      location: dag.location,
      group: dag.group,
    }),
    name: dag.name,
    ...compact({
      type: dag.type,
      shell: dag.shell?.program,
      shellArgs: dag.shell?.args,
      dotenv: dag.dotenv,
      tags: dag.tags,
      description: dag.description,
      schedule: dag.schedule.start.map(scheduleToJson),
      stopSchedule: dag.schedule.stop.map(scheduleToJson),
      restartSchedule: dag.schedule.restart.map(scheduleToJson),
      skipIfSuccessful: dag.skipIfSuccessful,
      env: resolved?.env,
      logDir: dag.logDir,
      logOutput: dag.logOutput,
      defaultParams: dag.params.defaults.length > 0 ? nameParams(dag.params.defaults) : "",
      params: resolved?.params,
      paramsJSON: resolved?.paramsJson,
      steps: dag.steps.map(storedStep),
      handlerOn: handlersToJson(dag.handlers),
      preconditions: dag.preconditions.map(conditionToJson),
    }),
    ...(dag.smtp ? { smtp: compact({ ...dag.smtp }) } : {}),
    ...(dag.errorMail ? { errorMail: mailToJson(dag.errorMail) } : {}),
    ...(dag.infoMail ? { infoMail: mailToJson(dag.infoMail) } : {}),
    ...(dag.waitMail ? { waitMail: mailToJson(dag.waitMail) } : {}),
    mailOn: compact({ ...dag.mailOn }),
    ...compact({
      timeout: nanoseconds(dag.timeoutMs),
      delay: nanoseconds(dag.delayMs),
      restartWait: nanoseconds(dag.restartWaitMs),
      maxActiveSteps: dag.maxActiveSteps,
    }),
    maxActiveRuns: dag.maxActiveRuns,
    maxCleanUpTime: nanoseconds(dag.maxCleanUpMs),
    histRetentionDays: dag.histRetentionDays,
    ...compact({ queue: dag.queue, workerSelector: dag.workerSelector }),
    maxOutputSize: dag.maxOutputSize,
    ...compact({
      container: dag.container ? containerToJson(dag.container as ContainerDecl) : null,
      ssh: dag.ssh ? sshToJson(dag.ssh as SshDecl) : null,
      llm: dag.llm ? llmToJson(dag.llm as LlmDecl) : null,
      otel: dag.otel ? otelToJson(dag.otel as OtelDecl) : null,
      localDAGs: Object.fromEntries(
        Object.entries(dag.localDags).map(([name, local]) => [name, dagToJson(local, null)]),
      ),
      yamlData: encodeBase64(dag.source),
      runConfig: compact({ ...dag.runConfig }),
      registryAuths: dag.registryAuths
        ? registryAuthsToJson(dag.registryAuths as Readonly<Record<string, RegistryAuthDecl>>)
        : null,
      secrets: dag.secrets.map((secret) => compact({ ...secret })),
    }),
    own: { ...ownMembers(dag), ...(resolved?.told ? { told: true } : {}) },
  };
}

/** What the shape lacks: templates beside the resolved values. */
function ownMembers(dag: Dag): Record<string, unknown> {
  const own: Record<string, unknown> = { env: dag.env, params: dag.params, workingDir: dag.workingDir };
  if (dag.permissions) own.permissions = dag.permissions;
  if (dag.onCrash !== "fail") own.onCrash = dag.onCrash;
  if (dag.maxLogSize !== DEFAULT_LOG_SIZE) own.maxLogSize = dag.maxLogSize;
  if (dag.maxProcesses > 0) own.maxProcesses = dag.maxProcesses;
  return own;
}

function dagFromJson(json: JsonObject): Dag {
  const own = object(json, "own");
  const mailOn = object(json, "mailOn") ?? {};
  const runConfig = object(json, "runConfig") ?? {};
  return {
    name: text(json, "name"),
    group: text(json, "group"),
    description: text(json, "description"),
    type: text(json, "type") === "graph" ? "graph" : "chain",
    location: text(json, "location"),
    source: decodeBase64(text(json, "yamlData")),
    localDags: Object.fromEntries(
      Object.entries(object(json, "localDAGs") ?? {}).flatMap(([name, local]) =>
        isObject(local) ? [[name, dagFromJson(local)]] : []
      ),
    ),
    tags: texts(json, "tags"),
    schedule: {
      start: objects(json, "schedule").map(scheduleFromJson),
      stop: objects(json, "stopSchedule").map(scheduleFromJson),
      restart: objects(json, "restartSchedule").map(scheduleFromJson),
    },
    skipIfSuccessful: flag(json, "skipIfSuccessful"),
    env: own ? pairs(own, "env") : texts(json, "env").map(splitPair),
    dotenv: texts(json, "dotenv"),
    params: own ? declaredParams(own) : { defaults: parseParams(text(json, "defaultParams")), schema: "" },
    shell: text(json, "shell") ? { program: text(json, "shell"), args: texts(json, "shellArgs") } : null,
    workingDir: text(own ?? json, "workingDir"),
    logDir: text(json, "logDir"),
    logOutput: text(json, "logOutput") === "merged" ? "merged" : "separate",
    steps: objects(json, "steps").map(stepFromJson),
    handlers: handlersFromJson(object(json, "handlerOn") ?? {}),
    smtp: smtpFromJson(object(json, "smtp")),
    mailOn: {
      failure: flag(mailOn, "failure"),
      success: flag(mailOn, "success"),
      wait: flag(mailOn, "wait"),
    },
    errorMail: mailFromJson(object(json, "errorMail")),
    infoMail: mailFromJson(object(json, "infoMail")),
    waitMail: mailFromJson(object(json, "waitMail")),
    timeoutMs: milliseconds(number(json, "timeout")),
    delayMs: milliseconds(number(json, "delay")),
    restartWaitMs: milliseconds(number(json, "restartWait")),
    histRetentionDays: whole(json, "histRetentionDays", 30),
    onCrash: text(own ?? {}, "onCrash") === "resume" ? "resume" : "fail",
    preconditions: objects(json, "preconditions").map(conditionFromJson),
    maxActiveRuns: whole(json, "maxActiveRuns", 1),
    maxActiveSteps: whole(json, "maxActiveSteps"),
    maxCleanUpMs: milliseconds(number(json, "maxCleanUpTime", nanoseconds(5000))),
    queue: text(json, "queue"),
    maxOutputSize: whole(json, "maxOutputSize", 1_048_576),
    maxLogSize: whole(own ?? {}, "maxLogSize", DEFAULT_LOG_SIZE),
    maxProcesses: whole(own ?? {}, "maxProcesses"),
    workerSelector: textMap(json, "workerSelector"),
    permissions: declFromJson(own?.permissions),
    secrets: objects(json, "secrets").map((secret) => ({
      name: text(secret, "name"),
      provider: text(secret, "provider"),
      key: text(secret, "key"),
      options: textMap(secret, "options"),
    })),
    runConfig: {
      disableParamEdit: flag(runConfig, "disableParamEdit"),
      disableRunIdEdit: flag(runConfig, "disableRunIdEdit"),
    },
    container: containerFromJson(json.container),
    ssh: sshFromJson(json.ssh),
    llm: llmFromJson(json.llm),
    otel: otelFromJson(json.otel),
    registryAuths: registryAuthsFromJson(json.registryAuths),
  };
}

/** Named texts in their order. */
function pairs(from: JsonObject, key: string): { readonly name: string; readonly value: string }[] {
  return objects(from, key).map((pair) => ({ name: text(pair, "name"), value: text(pair, "value") }));
}

function declaredParams(own: JsonObject): ParamDecl {
  const params = object(own, "params") ?? {};
  return { defaults: pairs(params, "defaults"), schema: text(params, "schema") };
}

/** Dagu writes the executor of a step into `dag.json` even when nothing is known about it. */
function storedStep(step: Step): Record<string, unknown> {
  const json = stepToJson(step);
  return json.executorConfig ? json : { ...json, executorConfig: {} };
}

/** Keys of `handlerOn` are those of a file, but for `cancel`. */
function handlerKey(name: HandlerName): string {
  return name === "abort" ? "cancel" : name;
}

function handlersToJson(handlers: Dag["handlers"]): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const name of HANDLER_NAMES) {
    const step = handlers[name];
    if (step) json[handlerKey(name)] = storedStep(step);
  }
  return json;
}

function handlersFromJson(json: JsonObject): Dag["handlers"] {
  const handlers: Partial<Record<HandlerName, Step>> = {};
  for (const name of HANDLER_NAMES) {
    const step = object(json, handlerKey(name));
    if (step) {
      handlers[name] = stepFromJson({ ...step, name: text(step, "name") || HANDLER_STEP_NAMES[name] });
    }
  }
  return handlers;
}

function smtpFromJson(json: JsonObject | null): SmtpConfig | null {
  return json && {
    host: text(json, "host"),
    port: text(json, "port"),
    username: text(json, "username"),
    password: text(json, "password"),
    security: text(json, "security") as SmtpConfig["security"],
    skipTlsVerify: flag(json, "skipTlsVerify"),
    caFile: text(json, "caFile"),
  };
}

function mailToJson(mail: MailConfig): Record<string, unknown> {
  return compact({ from: mail.from, to: mail.to, prefix: mail.prefix, attachLogs: mail.attachLogs });
}

function mailFromJson(json: JsonObject | null): MailConfig | null {
  return json && {
    from: text(json, "from"),
    to: texts(json, "to"),
    prefix: text(json, "prefix"),
    attachLogs: flag(json, "attachLogs"),
  };
}
