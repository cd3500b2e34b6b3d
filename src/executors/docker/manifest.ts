/** Steps of type `docker` and `container`. */
import type { ContainerDecl } from "../../core/declarations.ts";
import type { Step } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import type { StepTask } from "../../ports/executor.ts";
import type { SandboxManifest } from "../sandbox/sandboxed_executor.ts";
import { commandWords } from "./declaration/command_words.ts";
import { configContainer, configExec, evaluateConfig } from "./declaration/config_body.ts";
import {
  type ContainerPlace,
  envTexts,
  evaluateContainer,
  idlingContainer,
  type MainCommand,
  newContainer,
} from "./declaration/container_body.ts";
import { engineOf, type EngineVariables, engineVariables, type Lookup } from "./engine_address.ts";
import { DOCKER_LIMITS } from "./limits.ts";
import { registryLogin } from "./registry_login.ts";
import {
  dockerPermissions,
  type DockerRequest,
  type DockerWork,
  type Engine,
  type Words,
} from "./request.ts";

/** The container of the DAG, when the run has one. */
export interface RunContainer {
  readonly id: string;
  /** Names of the variables that it has already. */
  readonly env: ReadonlySet<string>;
}

/** What the run gives to each of its docker steps. */
export interface DockerContext {
  /** The environment of the agent, for `DOCKER_HOST` and its like. */
  readonly os: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly container: () => RunContainer | null;
  /** Called before the first use of an engine. */
  readonly onEngine: (
    engine: Engine,
    variables: EngineVariables,
    task: Pick<StepTask, "permissions">,
  ) => Promise<void>;
}

export function dockerManifest(context: DockerContext): SandboxManifest<DockerRequest> {
  return {
    name: "docker",
    limits: DOCKER_LIMITS,
    prepare: (task) => prepare(task, context),
    permissions: dockerPermissions,
  };
}

/** Variables of the definition win over those of the agent. */
export function lookupIn(env: StepTask["env"], os: StepTask["env"]): Lookup {
  return (name) => env[name] ?? os[name] ?? "";
}

async function prepare(task: StepTask, context: DockerContext): Promise<DockerRequest> {
  const lookup = lookupIn(task.env, context.os);
  const engine = await engineOf(lookup);
  await context.onEngine(engine, engineVariables(lookup), task);
  const commands: Words[] = [];
  const env: Record<string, string> = {};
  for (const command of task.step.commands) {
    const { words, env: expected } = await commandWords(command, task);
    commands.push(words);
    Object.assign(env, expected);
  }
  for (const { name } of task.step.env) env[name] = task.variables.get(name) ?? "";
  const place: ContainerPlace = {
    evaluate: task.evaluate,
    workingDir: task.workingDir,
    env,
    labels: context.labels,
    login: (image) =>
      registryLogin(image, {
        declared: task.dag.registryAuths as Parameters<typeof registryLogin>[1]["declared"],
        evaluate: task.evaluate,
        lookup,
      }),
  };
  return { engine, work: await workOf(task, commands, place, context), graceMs: task.dag.maxCleanUpMs };
}

async function workOf(
  task: StepTask,
  commands: readonly Words[],
  place: ContainerPlace,
  context: DockerContext,
): Promise<DockerWork> {
  const { step, dag } = task;
  const own = step.container as ContainerDecl | null;
  if (own) return await declaredWork(own, commands, place, step);
  if (Object.keys(step.executor.config).length > 0) return await configWork(task, commands, place);
  const shared = dag.container as ContainerDecl | null;
  if (!shared) {
    throw new DaguError(
      `Step "${step.name}" has no container: give "container", or "image" or "containerName" in its config`,
    );
  }
  if (shared.exec !== "") return await declaredWork(shared, commands, place, step);
  const running = context.container();
  if (!running) throw new DaguError("The container of the DAG does not run");
  needCommand(commands, step);
  // What the container was given stays stronger than what a text merely refers to.
  const named = new Set(step.env.map(({ name }) => name));
  const env = Object.entries(place.env).filter(([name]) => named.has(name) || !running.env.has(name));
  const exec = { user: "", workingDir: "", env: envTexts(Object.fromEntries(env)) };
  return { kind: "exec", target: running.id, commands, exec, own: true };
}

async function declaredWork(
  decl: ContainerDecl,
  commands: readonly Words[],
  place: ContainerPlace,
  step: Step,
): Promise<DockerWork> {
  const evaluated = await evaluateContainer(decl, place);
  const { exec: target, user, workingDir } = evaluated.decl;
  const exec = { user, workingDir, env: envTexts({ ...place.env, ...evaluated.env }) };
  if (decl.exec !== "") {
    needCommand(commands, step);
    return { kind: "exec", target, commands, exec, own: false };
  }
  const waits = decl.startup !== "keepalive" || decl.waitFor === "healthy" || decl.logPattern !== "";
  if (commands.length > 1 || commands.length === 1 && waits) {
    const container = await newContainer(evaluated, { kind: "startup" }, place);
    return { kind: "session", container, commands, exec };
  }
  const main: MainCommand = { kind: "step", words: commands[0] ?? commandAlone(evaluated.decl) };
  return { kind: "run", container: await newContainer(evaluated, main, place), exec };
}

/** What a container runs when the step has no command. */
function commandAlone(decl: ContainerDecl): Words | null {
  return decl.startup === "command" ? decl.command : null;
}

async function configWork(
  { step }: StepTask,
  commands: readonly Words[],
  place: ContainerPlace,
): Promise<DockerWork> {
  const config = await evaluateConfig(step.executor.config, place);
  const exec = configExec(config, place.env);
  if (config.image === "") {
    needCommand(commands, step);
    return { kind: "exec", target: config.containerName, commands, exec, own: false };
  }
  const container = await configContainer(config, commands[0] ?? null, place);
  if (commands.length <= 1) return { kind: "run", container, exec };
  return { kind: "session", container: idlingContainer(container), commands, exec };
}

function needCommand(commands: readonly Words[], step: Step): void {
  if (commands.length > 0) return;
  throw new DaguError(`Step "${step.name}" needs a command to run in the container that runs already`);
}
