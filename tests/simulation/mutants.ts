/** What keeps the guarantees, and how it is taken away: `run_mutants.ts` looks how many worlds it takes to notice. */

export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
}

const RENEWAL: Edit = {
  file: "src/services/leadership.ts",
  find: "if (!this.#claim || !mayAct(this.#last, now, this.#options.staleMs)) return false;",
  put: "if (!this.#claim) return false;",
};
const EPOCH: Edit = {
  file: "src/stores/file/services/lease_store.ts",
  find: "return this.#newestEpoch() !== epoch;",
  put: "return false;",
};
const FIRE_CLAIM: Edit = {
  file: "src/stores/file/fires/fire_store.ts",
  find: "if (claim.settled || claim.epoch >= epoch) return Promise.resolve(false);",
  put: "",
};
const FIRE_ID: Edit = {
  file: "src/core/schedule/fire_key.ts",
  find: "const text = [key.job,",
  put: "const text = [String(crypto.getRandomValues(new Uint8Array(8))), key.job,",
};

export const MUTANTS: readonly Mutant[] = [
  {
    name: "a queued run is acknowledged before it is on the disk",
    edits: [{ file: "src/stores/file/runs/queued_runs.ts", find: "sync: true", put: "sync: false" }],
  },
  {
    name: "a queued run is acknowledged before it is recorded",
    edits: [{
      file: "src/app/runs/enqueue_run.ts",
      find: "await runs.createQueued(",
      put: "void runs.createQueued(",
    }],
  },
  { name: "a leader looks neither for a newer epoch nor how old its renewal is", edits: [EPOCH, RENEWAL] },
  { name: "a fire is not claimed, and its run has any id", edits: [FIRE_CLAIM, FIRE_ID] },
  { name: "the run of a fire has any id", edits: [FIRE_ID] },
  {
    name: "an offer waits for its confirmation for ever",
    edits: [{ file: "src/services/coordinator/desk.ts", find: "age > CONFIRM_MS", put: "age > Infinity" }],
  },
  {
    name: "an agent whose lease has ended goes on",
    edits: [{ file: "src/agent/run_lease.ts", find: "return this.#onLapse();", put: "return;" }],
  },
  {
    name: "the items of dead schedulers stay claimed",
    edits: [{
      file: "src/services/scheduler/queues/queue_repair.ts",
      find: "await this.#resolve(claim);",
      put: "",
    }],
  },
  {
    name: "a part that ended while its scheduler leads stays ended",
    edits: [{
      file: "src/services/scheduler/scheduler.ts",
      find: "await part.run(epoch, signal);",
      put: "return await part.run(epoch, signal);",
    }],
  },
  {
    name: "runs without a sign of life are not looked for",
    edits: [{
      file: "src/services/scheduler/zombies.ts",
      find: "this.#silent.set(ref.id, ref)",
      put: "null",
    }],
  },
  {
    name: "the end of a crashed run does not say that it goes on",
    edits: [{
      file: "src/stores/file/liveness/close_dead.ts",
      find: "!forGood && goesOn({ ...run, record })",
      put: "false",
    }],
  },
  {
    name: "what is to go on gives its place in the queue to others",
    edits: [{ file: "src/stores/file/queue/occupants.ts", find: "|| goesOn(run)", put: "" }],
  },
  {
    name: "the sign of a run that is to go on is not brought to the disk",
    edits: [{
      file: "src/stores/file/attempt/create_attempt.ts",
      find: "await heartbeat.placed();",
      put: "{}",
    }],
  },
  {
    name: "a run that is back in its queue begins",
    edits: [{
      file: "src/app/runs/is_called.ts",
      find: "return !await queues.waits(",
      put: "return true || !await queues.waits(",
    }],
  },
  {
    name: "a run that others have ended is handed out while its worker has it",
    edits: [{
      file: "src/services/coordinator/desk.ts",
      find: "if (seen.crashed) {",
      put: "if (seen === null) {",
    }],
  },
  {
    name: "a remote run begins before the coordinator has its record",
    edits: [{
      file: "src/services/remote_runs/streamed_runs.ts",
      find: "if (isTop) await recorded.catch((error) => refuse(here, error));",
      put: "",
    }],
  },
  {
    name: "what others took for dead is said to have ended well",
    edits: [{
      file: "src/services/remote_runs/run_recorder.ts",
      find: "if (isCrashed(stored.record)) throw",
      put: "if (stored === null) throw",
    }],
  },
];
