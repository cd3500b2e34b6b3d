/**
 * The history of an agent without the coordinator's folders: kept in a folder of its own, and told step by step. The
 * run of the task stands at the top there, whatever is above it elsewhere.
 */
import type { RunEvent, RunRecord, RunRef } from "../../core/run.ts";
import type { Attempt, NewAttempt, RunStore, StepFiles, StoredRun } from "../../ports/run_store.ts";
import { snapshotToJson } from "../../stores/file/json/dag_json.ts";
import { recordToLine } from "../../stores/file/json/status_json.ts";
import { type AgentPart, type AttemptKey, attemptKey, type LogPart } from "./run_part.ts";

export interface StreamedRunsOptions {
  readonly local: RunStore;
  /** The run of the task. */
  readonly top: RunRef;
  /** Folder that stands for that of the definition. */
  readonly folder: string;
  readonly tell: (part: AgentPart) => void;
  /** Resolves when the coordinator has the record of the task's run on its disk; rejects when it does not take it. */
  readonly recorded: Promise<void>;
}

type Opening = Pick<RunStore, "createAttempt" | "findChild">;

/** As the local store, but for runs that it opens. */
export function streamedRuns(options: StreamedRunsOptions): RunStore {
  const { local, top, tell, folder, recorded } = options;
  const attempts = new Map<string, number>();
  const opening: Opening = {
    async createAttempt(attempt) {
      const count = (attempts.get(attempt.dagRunId) ?? 0) + 1;
      attempts.set(attempt.dagRunId, count);
      const key = attemptKey(attempt.dagRunId, count);
      const { dag, ...rest } = attempt.snapshot;
      const isTop = attempt.dagRunId === top.id;
      const here = await local.createAttempt(await placed(local, attempt, top, isTop));
      tell({
        kind: "attempt",
        key,
        run: { name: dag.name, id: attempt.dagRunId },
        parent: isTop ? null : attempt.parent,
        createdAt: attempt.createdAt,
        snapshot: snapshotToJson({ dag, ...rest }),
        previous: attempt.previous ? recordToLine(attempt.previous, false) : "",
        folder,
      });
      if (isTop) await recorded.catch((error) => refuse(here, error));
      return new StreamedAttempt(here, key, tell);
    },
    findChild: (_root, dagRunId) => local.findChild(top, dagRunId),
  };
  return new Proxy(local, {
    get(target, name) {
      if (Object.hasOwn(opening, name)) return opening[name as keyof Opening];
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/**
 * Here the task's run is a root run, and it is new, whatever attempts it has had elsewhere. Where its logs go is said
 * of the coordinator's machine: here all stands in the one folder that goes with the task.
 */
async function placed(
  local: RunStore,
  attempt: NewAttempt,
  top: RunRef,
  isTop: boolean,
): Promise<NewAttempt> {
  const known: StoredRun | null = isTop ? null : await local.findChild(top, attempt.dagRunId);
  const { dag } = attempt.snapshot;
  return {
    ...attempt,
    snapshot: { ...attempt.snapshot, dag: { ...dag, logDir: "" } },
    root: top,
    parent: isTop ? null : attempt.parent ?? top,
    again: known !== null,
    onlyQueued: false,
  };
}

function refuse(attempt: Attempt, error: unknown): never {
  attempt.abandon();
  throw error;
}

class StreamedAttempt implements Attempt {
  readonly #local: Attempt;
  readonly #key: AttemptKey;
  readonly #tell: (part: AgentPart) => void;

  constructor(local: Attempt, key: AttemptKey, tell: (part: AgentPart) => void) {
    this.#local = local;
    this.#key = key;
    this.#tell = tell;
  }

  get dir(): string {
    return this.#local.dir;
  }

  get record(): RunRecord {
    return this.#local.record;
  }

  append(event: RunEvent): void {
    this.#local.append(event);
    this.#tell({ kind: "event", key: this.#key, event });
  }

  flush(): Promise<void> {
    return this.#local.flush();
  }

  async stepFiles(step: string, merged: boolean): Promise<StepFiles> {
    const files = await this.#local.stepFiles(step, merged);
    this.#tell({ kind: "files", key: this.#key, step, ...files });
    return files;
  }

  log(level: LogPart["level"], message: string, fields: Readonly<Record<string, string>> = {}): void {
    this.#local.log(level, message, fields);
    this.#tell({ kind: "log", key: this.#key, level, message, fields });
  }

  async writeOutputs(outputs: Readonly<Record<string, string>>): Promise<void> {
    await this.#local.writeOutputs(outputs);
    this.#tell({ kind: "outputs", key: this.#key, outputs });
  }

  onCancelRequest(callback: () => void): void {
    this.#local.onCancelRequest(callback);
  }

  onFailure(callback: (error: Error) => void): void {
    this.#local.onFailure(callback);
  }

  onLoss(callback: () => void): void {
    this.#local.onLoss(callback);
  }

  abandon(): void {
    this.#local.abandon();
  }

  async close(): Promise<void> {
    await this.#local.close();
    this.#tell({ kind: "close", key: this.#key });
  }
}
