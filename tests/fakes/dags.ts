/** Definitions for tests, with everything that they do not name at its default. */
import type { ContinueOn, Dag, RepeatPolicy, RetryPolicy, Step } from "../../src/core/dag.ts";

export const NO_CONTINUE: ContinueOn = {
  failure: false,
  skipped: false,
  exitCodes: [],
  outputs: [],
  markSuccess: false,
};

/** Waits the same each time, after failures of every kind. */
export function makeRetry(limit: number, intervalMs: number, given: Partial<RetryPolicy> = {}): RetryPolicy {
  return { limit, intervalMs, exitCodes: [], backoff: 0, maxIntervalMs: 0, ...given };
}

/** Repeats while the step succeeds. */
export function makeRepeat(
  limit: number,
  intervalMs: number,
  given: Partial<RepeatPolicy> = {},
): RepeatPolicy {
  return {
    mode: "while",
    intervalMs,
    limit,
    condition: null,
    exitCodes: [],
    backoff: 0,
    maxIntervalMs: 0,
    ...given,
  };
}

export function makeStep(name: string, given: Partial<Step> = {}): Step {
  return {
    name,
    id: "",
    description: "",
    executor: { type: "", config: {} },
    shell: null,
    shellPackages: [],
    workingDir: "",
    env: [],
    commands: [{ text: "true", args: null }],
    script: "",
    stdout: "",
    stderr: "",
    logOutput: "",
    output: null,
    depends: [],
    continueOn: NO_CONTINUE,
    retry: null,
    repeat: null,
    preconditions: [],
    mailOnError: false,
    signalOnStop: "",
    timeoutMs: 0,
    call: null,
    params: [],
    parallel: null,
    workerSelector: {},
    permissions: null,
    container: null,
    llm: null,
    messages: null,
    ...given,
  };
}

export function makeDag(steps: readonly Step[], given: Partial<Dag> = {}): Dag {
  return {
    name: "test",
    group: "",
    description: "",
    type: "graph",
    location: "",
    source: "",
    localDags: {},
    tags: [],
    schedule: { start: [], stop: [], restart: [] },
    skipIfSuccessful: false,
    env: [],
    dotenv: [".env"],
    params: { defaults: [], schema: "" },
    shell: null,
    workingDir: "",
    logDir: "",
    logOutput: "separate",
    steps,
    handlers: {},
    smtp: null,
    mailOn: { failure: false, success: false, wait: false },
    errorMail: null,
    infoMail: null,
    waitMail: null,
    timeoutMs: 0,
    delayMs: 0,
    restartWaitMs: 0,
    histRetentionDays: 30,
    onCrash: "fail",
    preconditions: [],
    maxActiveRuns: 1,
    maxActiveSteps: 0,
    maxCleanUpMs: 5000,
    queue: "",
    maxOutputSize: 1048576,
    maxLogSize: 104857600,
    maxProcesses: 0,
    workerSelector: {},
    permissions: null,
    secrets: [],
    runConfig: { disableParamEdit: false, disableRunIdEdit: false },
    container: null,
    ssh: null,
    llm: null,
    otel: null,
    registryAuths: null,
    ...given,
  };
}
