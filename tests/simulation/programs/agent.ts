/**
 * An agent process: takes runs from whoever started it and carries them out, by the stores and leases of the program.
 * What a step does is to take time; the ledger is told when it begins and ends.
 */
import { settledRun } from "../../../src/agent/settled_run.ts";
import { AgentInbox } from "../../../src/app/agents/agent_inbox.ts";
import { isCalled } from "../../../src/app/runs/is_called.ts";
import type { Services } from "../../../src/app/services.ts";
import { TaskWords } from "../../../src/app/worker/task_words.ts";
import { DaguError, messageOf } from "../../../src/core/errors.ts";
import { buildGraph } from "../../../src/core/graph.ts";
import { randomToken } from "../../../src/core/ids.ts";
import { planRetry, stateForRetry } from "../../../src/core/retry_plan.ts";
import type { RunRef } from "../../../src/core/run.ts";
import { NodeStatus, RunStatus } from "../../../src/core/status.ts";
import { bootId, hostName, ownPid, processStartTime } from "../../../src/platform/process/identity.ts";
import { randomBytes } from "../../../src/platform/random.ts";
import type { LaunchRequest, TaskRequest } from "../../../src/ports/run_launcher.ts";
import type { Attempt, RunStore, Snapshot, StoredRun } from "../../../src/ports/run_store.ts";
import type { Task } from "../../../src/ports/task.ts";
import { refuseSeenTo } from "../../../src/services/remote_runs/pack_task.ts";
import type { AgentPart } from "../../../src/services/remote_runs/run_part.ts";
import { streamedRuns } from "../../../src/services/remote_runs/streamed_runs.ts";
import { snapshotFromJson } from "../../../src/stores/file/json/dag_json.ts";
import { recordFromLine } from "../../../src/stores/file/json/status_json.ts";
import { clockOf } from "../clock.ts";
import type { Pipes } from "../child.ts";
import { dagOf, runsOf, servicesOf } from "../home.ts";
import type { Process } from "../process.ts";

const LONGEST_STEP_MS = 4_000;
const LONG_STEP_MS = 40_000;

export async function agentMain(process: Process, { next, say }: Pipes): Promise<void> {
  const inbox = new AgentInbox(next);
  const services = servicesOf(process);
  say({ say: "ready" });
  for (let request = await inbox.next(); request !== null; request = await inbox.next()) {
    const run = new SimulatedRun(process, services, inbox, say);
    try {
      const status = await run.carryOut(request);
      say({ say: "ended", status, params: "", outputs: {}, problem: "" });
      // Of one that is recorded elsewhere the coordinator is told.
      if (request.kind !== "task" || request.folder === "") process.world.ledger.told(run.ref, status);
    } catch (error) {
      if (run.began) throw error;
      say({ say: "failed", error: messageOf(error) });
      if (!(error instanceof DaguError)) throw error;
    } finally {
      inbox.onWord = () => {};
      run.words?.close();
    }
    say({ say: "ready" });
  }
}

class SimulatedRun {
  began = false;
  words: TaskWords | null = null;
  ref: RunRef = { name: "", id: "" };
  #workerId = "local";
  #fromQueue = false;
  #stopped = false;
  /** Something could not be recorded. */
  #failure: unknown = null;

  constructor(
    readonly process: Process,
    readonly services: Services,
    readonly inbox: AgentInbox,
    readonly say: Pipes["say"],
  ) {}

  async carryOut(request: LaunchRequest): Promise<RunStatus> {
    const { process } = this;
    const leasedAt = request.kind === "task" ? request.leasedAt : null;
    // As if the process ended itself: the record stays as it is.
    const words = this.words = new TaskWords(clockOf(process), leasedAt, () => process.end());
    this.inbox.onWord = (word) => words.take(word);
    const attempt = await this.#open(request, words);
    words.onAgent({ stop: () => this.#stopped = true, kill: () => process.end() });
    this.began = true;
    process.world.ledger.runBegins(this.ref, process);
    this.say({ say: "began", run: this.ref });
    attempt.onFailure((error) => {
      this.#failure = error;
      this.#stopped = true;
    });
    attempt.onCancelRequest(() => this.#stopped = true);
    attempt.onLoss(() => process.end());
    const clock = clockOf(process);
    attempt.append({ kind: "run", patch: { status: RunStatus.Running, startedAt: clock.now() } });
    for (const [node, { step, state }] of attempt.record.nodes.entries()) {
      if (state.status !== NodeStatus.Succeeded && !this.#stopped) await this.#step(attempt, node, step.name);
    }
    const status = this.#stopped ? RunStatus.Aborted : RunStatus.Succeeded;
    attempt.append({ kind: "run", patch: { status, finishedAt: clock.now() } });
    process.world.ledger.runEnds(this.ref, process);
    await attempt.close();
    if (this.#failure !== null) throw this.#failure;
    return status;
  }

  async #step(attempt: Attempt, node: number, name: string): Promise<void> {
    const { process, ref } = this;
    const { ledger, random } = process.world;
    const clock = clockOf(process);
    await attempt.stepFiles(name, true);
    await this.words?.granted();
    if (this.#stopped) return;
    ledger.stepBegins(ref, name, process);
    attempt.append({ kind: "node", node, patch: { status: NodeStatus.Running, startedAt: clock.now() } });
    await clock.sleep(random.below(random.chance(0.15) ? LONG_STEP_MS : LONGEST_STEP_MS));
    ledger.stepEnds(ref, name, process);
    attempt.append({
      kind: "node",
      node,
      patch: { status: NodeStatus.Succeeded, finishedAt: clock.now(), doneCount: 1 },
    });
  }

  async #open(request: LaunchRequest, words: TaskWords): Promise<Attempt> {
    switch (request.kind) {
      case "start": {
        const dag = dagOf(request.dag);
        this.ref = { name: dag.name, id: request.dagRunId };
        return await this.#create(snapshotOf(dag), null, request.trigger);
      }
      case "continue":
        this.ref = request.run;
        this.#fromQueue = request.trigger === "queue";
        return await this.#againHere(await this.#toContinue());
      case "task":
        this.ref = request.task.run;
        this.#workerId = request.workerId;
        if (request.folder !== "") return await this.#openRemote(request, words);
        this.#fromQueue = request.task.trigger === "queue";
        return await this.#againHere(await this.#toTakeOver(request.task));
      default:
        throw new DaguError(`Nobody asks for "${request.kind}" here`);
    }
  }

  /** As `app/worker/carry_out_task.ts` has it: what is needed came along, and what happens is told. */
  async #openRemote({ task, folder }: TaskRequest, { recorded }: TaskWords): Promise<Attempt> {
    const { process, say } = this;
    const local = runsOf(process, `${process.mount}${folder.slice(folder.indexOf("/", 1))}`);
    const tell = (part: AgentPart) => say({ say: "part", part });
    const runs = streamedRuns({ local, top: this.ref, folder, tell, recorded });
    const stored = { record: recordFromLine(task.previous)!, dir: "", lease: null };
    return await this.#again(stored, snapshotFromJson(task.snapshot), runs);
  }

  /** As `app/worker/carry_out_task.ts` has it, where the home's folders are. */
  async #toTakeOver(task: Pick<Task, "trigger">): Promise<StoredRun> {
    const found = await this.#existing();
    refuseSeenTo(task, found.record);
    return await settledRun(this.services.runs, found);
  }

  /** As `app/agents/agent_exec.ts` has it: a queued run, and one that crashed, goes on once. */
  async #toContinue(): Promise<StoredRun> {
    const stored = await this.#existing();
    const { status, resumes } = stored.record;
    if (this.#fromQueue ? status !== RunStatus.Queued : !resumes) {
      throw new DaguError("Somebody else has seen to the run");
    }
    return stored;
  }

  async #existing(): Promise<StoredRun> {
    const stored = await this.services.runs.find(this.ref.name, this.ref.id);
    if (!stored) throw new DaguError(`There is no run "${this.ref.id}"`);
    return stored;
  }

  async #againHere(stored: StoredRun): Promise<Attempt> {
    return await this.#again(stored, await this.services.runs.snapshotToRun(stored));
  }

  /** As `agent/launch.ts` has it: what succeeded stays. */
  async #again(
    { record }: StoredRun,
    snapshot: Snapshot,
    runs: RunStore = this.services.runs,
  ): Promise<Attempt> {
    const again = planRetry(record, buildGraph(snapshot.dag.steps).dependents, null);
    const nodes = record.nodes.map(({ step, state }, i) => ({
      step,
      state: stateForRetry(state, again[i]!),
    }));
    return await this.#create(snapshot, { ...record, nodes }, undefined, runs);
  }

  async #create(
    snapshot: Snapshot,
    previous: StoredRun["record"] | null,
    trigger: string | undefined,
    runs: RunStore = this.services.runs,
  ): Promise<Attempt> {
    const pid = ownPid();
    const onlyQueued = previous?.status === RunStatus.Queued;
    return await runs.createAttempt({
      snapshot,
      dagRunId: this.ref.id,
      root: this.ref,
      parent: null,
      createdAt: clockOf(this.process).now(),
      workerId: this.#workerId,
      trigger,
      pid,
      lease: {
        host: hostName(),
        bootId: bootId(),
        pid,
        startTime: processStartTime(pid),
        socket: "",
        token: randomToken(randomBytes),
      },
      again: previous !== null,
      onlyQueued,
      ...(onlyQueued && this.#fromQueue
        ? { isCalled: () => isCalled(this.services, previous, snapshot.dag) }
        : {}),
      previous,
    });
  }
}

export function snapshotOf(dag: Snapshot["dag"]): Snapshot {
  return { dag, env: [], params: [], paramsJson: "{}", workingDir: "/" };
}
