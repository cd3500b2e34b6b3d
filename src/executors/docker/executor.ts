/** Runs steps in containers, and keeps the container of a DAG for all of its steps. */
import type { ContainerDecl } from "../../core/declarations.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import { missingPermissions, missingText, type PermissionDecl } from "../../core/permissions.ts";
import type {
  Execution,
  ExecutionEvents,
  Executor,
  RunSetup,
  StepLog,
  StepTask,
} from "../../ports/executor.ts";
import type { SandboxPool } from "../sandbox/pool.ts";
import { SandboxedExecutor } from "../sandbox/sandboxed_executor.ts";
import { type ContainerPlace, evaluateContainer, newContainer } from "./container_body.ts";
import { engineOf } from "./engine_address.ts";
import { HOME_LABEL, homeLabel, leftBehind, type Owner, ownerLabels } from "./leftovers.ts";
import { DOCKER_LIMITS, dockerManifest, lookupIn, type RunContainer } from "./manifest.ts";
import { registryLogin } from "./registry_login.ts";
import {
  dockerPermissions,
  type DockerRequest,
  type DockerWork,
  type Engine,
  engineText,
  type Found,
  type Opened,
} from "./request.ts";

export interface DockerParts extends Owner {
  readonly pool: SandboxPool;
  readonly os: Readonly<Record<string, string>>;
}

export class DockerExecutor implements Executor {
  readonly #parts: DockerParts;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #steps: SandboxedExecutor<DockerRequest>;
  /** By engine: the search for what dead runs left there. */
  readonly #swept = new Map<string, Promise<void>>();
  #container: RunContainer | null = null;
  /** Takes the container of the DAG away. */
  #remove: (() => Promise<void>) | null = null;

  constructor(parts: DockerParts) {
    this.#parts = parts;
    this.#labels = ownerLabels(parts);
    const manifest = dockerManifest({
      os: parts.os,
      labels: this.#labels,
      container: () => this.#container,
      onEngine: (engine, { permissions }) => this.#sweep(engine, permissions),
    });
    this.#steps = new SandboxedExecutor(manifest, parts.pool);
  }

  start(task: StepTask, events: ExecutionEvents): Execution {
    return this.#steps.start(task, events);
  }

  async open(setup: RunSetup): Promise<void> {
    const decl = setup.dag.container as ContainerDecl | null;
    if (!decl || decl.exec !== "") return;
    try {
      await this.#open(decl, setup);
    } catch (error) {
      throw new DaguError(`Cannot set up the container of the DAG: ${messageOf(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    const remove = this.#remove;
    this.#remove = this.#container = null;
    await remove?.();
  }

  async #open(decl: ContainerDecl, setup: RunSetup): Promise<void> {
    const lookup = lookupIn(setup.env, this.#parts.os);
    const engine = await engineOf(lookup);
    const { permissions, dag, evaluate, workingDir } = setup;
    const graceMs = dag.maxCleanUpMs;
    const missing = missingPermissions(dockerPermissions({ engine }), permissions);
    if (missing.length > 0) throw new DaguError(missingText(missing));
    await this.#sweep(engine, permissions);
    const declared = dag.registryAuths as Parameters<typeof registryLogin>[1]["declared"];
    const place: ContainerPlace = {
      evaluate,
      workingDir,
      env: {},
      labels: this.#labels,
      login: (image) => registryLogin(image, { declared, evaluate, lookup }),
    };
    const evaluated = await evaluateContainer(decl, place);
    const container = await newContainer(evaluated, { kind: "startup" }, place);
    if (setup.signal.aborted) throw new DaguError("The run was stopped");
    const answer = await this.#ask(engine, { kind: "open", container }, graceMs, setup.signal);
    const { id, made } = JSON.parse(answer) as Opened;
    this.#container = { id, env: new Set(Object.keys(evaluated.env)) };
    if (made && !container.keep) {
      this.#remove = async () => {
        await this.#ask(engine, { kind: "close", id, container }, graceMs);
      };
    }
  }

  /** Removes, once, what dead runs left at an engine. It is no reason to fail: the step itself tells what is wrong. */
  async #sweep(engine: Engine, permissions: PermissionDecl | null): Promise<void> {
    if (missingPermissions(dockerPermissions({ engine }), permissions).length > 0) return;
    const at = engineText(engine);
    let swept = this.#swept.get(at);
    if (!swept) this.#swept.set(at, swept = this.#removeLeftovers(engine).catch(() => {}));
    await swept;
  }

  async #removeLeftovers(engine: Engine): Promise<void> {
    const label = `${HOME_LABEL}=${homeLabel(this.#parts)}`;
    const found = JSON.parse(await this.#ask(engine, { kind: "list", label }, 0)) as Found[];
    const ids = await leftBehind(found, this.#parts);
    if (ids.length > 0) await this.#ask(engine, { kind: "remove", ids }, 0);
  }

  /** @throws DaguError with the reason when it could not be done. */
  async #ask(engine: Engine, work: DockerWork, graceMs: number, signal?: AbortSignal): Promise<string> {
    const request: DockerRequest = { engine, work, graceMs };
    const log = new Messages();
    const execution = this.#parts.pool.run({
      name: "docker",
      permissions: dockerPermissions(request),
      request,
      log,
      limits: DOCKER_LIMITS,
    });
    const stop = () => execution.signal("SIGTERM");
    signal?.addEventListener("abort", stop);
    const { error, output = "" } = await execution.done;
    signal?.removeEventListener("abort", stop);
    if (error !== "") throw new DaguError(error);
    return output;
  }
}

/** What the engine tells while no step runs: nobody reads it. */
class Messages implements StepLog {
  readonly stdout = "";
  readonly stderr = "";
  readonly direct = false;
  async write(): Promise<void> {}
}
