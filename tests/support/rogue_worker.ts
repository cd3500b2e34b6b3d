/** A worker in wrong hands: it takes tasks as any other, and tells whatever it likes. */
import type { TaskClaim, TaskResult } from "../../src/ports/task.ts";
import type { RecordPart } from "../../src/ports/task_source.ts";
import type { Snapshot } from "../../src/ports/run_store.ts";
import { snapshotToJson } from "../../src/stores/file/json/dag_json.ts";
import type { ClientTls } from "../../src/transport/grpc/channel_security.ts";
import type { TaskWire } from "../../src/transport/grpc/messages.ts";
import { resultToWire } from "../../src/transport/grpc/task_wire.ts";
import { makeSnapshot } from "../fakes/attempts.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";
import { testClient } from "./grpc_ends.ts";

const TIMEOUT = { timeoutMs: 20_000 };
const ENDED: TaskResult = { status: null, error: "", params: "", outputs: {} };

/** A definition with one step for each command. */
export function evilSnapshot(name: string, ...commands: readonly string[]): Snapshot {
  const steps = commands.map((text, i) => makeStep(`s${i + 1}`, { commands: [{ text, args: null }] }));
  return makeSnapshot(makeDag(steps, { name }));
}

export class RogueWorker implements Disposable {
  readonly id = "rogue";
  readonly #end: ReturnType<typeof testClient>;

  constructor(port: number, readonly labels: Readonly<Record<string, string>>, tls: ClientTls | null = null) {
    this.#end = testClient([{ host: "127.0.0.1", port }], tls);
  }

  get client() {
    return this.#end.client;
  }

  /** Waits for a task and says that it has it, if asked to. */
  async take(confirms = true): Promise<RogueTask> {
    const self = { workerId: this.id, labels: this.labels, remote: true, confirms: true };
    for (;;) {
      const { task } = await this.client.call("Poll", self, TIMEOUT);
      if (!task) continue;
      const { taskId, attempt, epoch } = task;
      const taken = new RogueTask(this, task, { taskId, attempt, epoch, workerId: this.id });
      if (confirms) await this.client.call("ConfirmTask", { claim: taken.claim }, TIMEOUT);
      return taken;
    }
  }

  [Symbol.dispose](): void {
    this.#end[Symbol.dispose]();
  }
}

export class RogueTask {
  #number = 0;

  constructor(readonly worker: RogueWorker, readonly task: TaskWire, readonly claim: TaskClaim) {}

  get run() {
    return { name: this.task.target, id: this.task.dagRunId };
  }

  /** A part of the record. @throws CallError when it is refused */
  async tell(kind: RecordPart["kind"], json: object, more: Partial<RecordPart> = {}): Promise<void> {
    const nothing = { step: "", stream: "", offset: 0, data: new Uint8Array() };
    const part = { number: this.#number + 1, kind, json: JSON.stringify(json), ...nothing, ...more };
    await this.worker.client.call("RecordRun", { claim: this.claim, parts: [part] }, TIMEOUT);
    this.#number++;
  }

  /** Opens an attempt of the task's run, or of a sub-run of it. */
  async open(child: { readonly id: string; readonly snapshot: Snapshot } | null = null): Promise<string> {
    const run = child ? { name: child.snapshot.dag.name, id: child.id } : this.run;
    const key = `${run.id}#1`;
    const snapshot = child ? snapshotToJson(child.snapshot) : this.task.snapshot;
    const parent = child ? this.run : null;
    await this.tell("attempt", { key, run, parent, createdAt: 1, snapshot, previous: "", folder: "" });
    return key;
  }

  async change(key: string, node: number | null, patch: object): Promise<void> {
    await this.tell("event", {
      key,
      event: node === null ? { kind: "run", patch } : { kind: "node", node, patch },
    });
  }

  async end(result: Partial<TaskResult>): Promise<void> {
    const told = resultToWire({ ...ENDED, ...result });
    await this.worker.client.call("EndTask", { claim: this.claim, result: told }, TIMEOUT);
  }
}
