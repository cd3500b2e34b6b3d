/** Runs steps in containers, and keeps the container of a DAG for all of its steps. */
import type { ContainerDecl } from "../../core/declarations.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import { missingPermissions, missingText, type PermissionDecl } from "../../core/permissions.ts";
import { startTimer } from "../../platform/time/timer.ts";
import type { Execution, ExecutionEvents, Executor, RunSetup, StepTask } from "../../ports/executor.ts";
import type { SandboxPool } from "../sandbox/pool.ts";
import { SandboxedExecutor } from "../sandbox/sandboxed_executor.ts";
import { askEngine } from "./leftovers/ask_engine.ts";
import { type ContainerPlace, evaluateContainer, newContainer } from "./declaration/container_body.ts";
import { engineOf, type EngineVariables, engineVariables } from "./engine_address.ts";
import { noteEngine } from "./leftovers/engine_notes.ts";
import { type Owner, ownerLabels, REMOVAL_MS, removeLeftovers } from "./leftovers/leftovers.ts";
import { dockerManifest, lookupIn, type RunContainer } from "./manifest.ts";
import { registryLogin } from "./registry_login.ts";
import { dockerPermissions, type DockerRequest, type Engine, engineText, type Opened } from "./request.ts";

/** Milliseconds that steps wait at most for the search for leftovers; it goes on beside them. */
const MEET_MS = 2000;

export interface DockerParts extends Owner {
  readonly pool: SandboxPool;
  readonly os: Readonly<Record<string, string>>;
}

export class DockerExecutor implements Executor {
  readonly #parts: DockerParts;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #steps: SandboxedExecutor<DockerRequest>;
  /** By engine: what is done before its first use. */
  readonly #met = new Map<string, Promise<void>>();
  /** Take the notes on engines back. */
  readonly #forget: (() => void)[] = [];
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
      onEngine: (engine, variables, { permissions }) => this.#meet(engine, variables, permissions),
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
    for (const forget of this.#forget.splice(0)) forget();
  }

  async #open(decl: ContainerDecl, setup: RunSetup): Promise<void> {
    const lookup = lookupIn(setup.env, this.#parts.os);
    const engine = await engineOf(lookup);
    const { permissions, dag, evaluate, workingDir } = setup;
    const graceMs = dag.maxCleanUpMs;
    const missing = missingPermissions(dockerPermissions({ engine }), permissions);
    if (missing.length > 0) throw new DaguError(missingText(missing));
    await this.#meet(engine, engineVariables(lookup), permissions);
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
    const request: DockerRequest = { engine, work: { kind: "open", container }, graceMs };
    const answer = await askEngine(this.#parts.pool, request, { limitMs: 0, signal: setup.signal });
    const { id, made } = JSON.parse(answer) as Opened;
    this.#container = { id, env: new Set(Object.keys(evaluated.env)) };
    if (made && !container.keep) {
      this.#remove = async () => {
        const work = { kind: "close", id, container } as const;
        await askEngine(this.#parts.pool, { engine, work, graceMs }, { limitMs: graceMs + REMOVAL_MS });
      };
    }
  }

  /**
   * Before an engine is first used: notes that it is, and removes what dead runs left there. That it fails is no
   * reason to fail: the step itself tells what is wrong.
   */
  async #meet(engine: Engine, variables: EngineVariables, permissions: PermissionDecl | null): Promise<void> {
    if (missingPermissions(dockerPermissions({ engine }), permissions).length > 0) return;
    const at = engineText(engine);
    let met = this.#met.get(at);
    if (!met) this.#met.set(at, met = this.#prepare(engine, variables));
    await met;
  }

  async #prepare(engine: Engine, variables: EngineVariables): Promise<void> {
    const { dataDir, pool } = this.#parts;
    const forget = await noteEngine(dataDir, variables).catch(() => null);
    if (forget) this.#forget.push(forget);
    await within(MEET_MS, removeLeftovers(engine, this.#parts, pool).catch(() => {}));
  }
}

/** Resolves with the work, or when the time is over. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let takeBack = () => {};
  await Promise.race([work, new Promise<void>((resolve) => takeBack = startTimer(ms, resolve))]);
  takeBack();
}
