/** Sees to it that every fire ends as something: claims it, decides, has it carried out, records how it ended. */
import { messageOf } from "../../core/errors.ts";
import { type DagRuns, decideFire, type FireDecision } from "../../core/fire_decision.ts";
import type { Fire, FireOutcome, FireRecord } from "../../core/schedule.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FireStore } from "../../ports/fire_store.ts";

/** What a decision comes to. Each resolves when a crash of the scheduler does not undo it any more. */
export interface FireActions {
  /** Starts a run of `fire.dag` with the id `fire.runId`. @throws DaguError when it cannot be started */
  start(fire: Fire): Promise<void>;
  /** Puts such a run into the queue. */
  enqueue(fire: Fire): Promise<void>;
  /** Stops the active runs, then starts such a run. */
  replace(fire: Fire): Promise<void>;
  /** Stops the active runs. */
  stop(fire: Fire): Promise<void>;
  /** Stops the newest run and starts one like it with the id `fire.runId`. */
  restart(fire: Fire): Promise<void>;
}

export interface FireDeskOptions {
  readonly clock: Clock;
  readonly fires: FireStore;
  readonly actions: FireActions;
  /** The runs of a DAG; those whose owner is dead have been closed. */
  readonly runsOf: (dag: string) => Promise<DagRuns>;
  /** Whether this process still leads: asked before each claim and each action. */
  readonly mayAct: () => boolean;
  /** Told of each fire that was settled. */
  readonly onSettled: (fire: Fire, record: FireRecord) => void;
}

export class FireDesk {
  readonly #options: FireDeskOptions;

  constructor(options: FireDeskOptions) {
    this.#options = options;
  }

  /**
   * Deals with fires: those of one DAG one after the other, those of different DAGs at the same time. Fires that are
   * not settled when leadership ends are left to whoever leads next.
   */
  async handle(fires: readonly Fire[], epoch: number): Promise<void> {
    const byDag = Map.groupBy(fires, (fire) => fire.dag);
    await Promise.all([...byDag.values()].map((own) => this.#handleInOrder(own, epoch)));
  }

  async #handleInOrder(fires: readonly Fire[], epoch: number): Promise<void> {
    for (const fire of fires) await this.#handleOne(fire, epoch);
  }

  async #handleOne(fire: Fire, epoch: number): Promise<void> {
    const { fires, runsOf, mayAct, clock, onSettled } = this.#options;
    if (!mayAct() || !await fires.claim(fire, epoch)) return;
    const decision = decideFire(fire, await runsOf(fire.dag));
    if (!mayAct()) return;
    const end = await this.#carryOut(fire, decision);
    const record = { ...recordOf(fire), ...end, settledAt: clock.now() };
    await fires.settle([record]);
    onSettled(fire, record);
  }

  async #carryOut(fire: Fire, decision: FireDecision): Promise<End> {
    const { actions } = this.#options;
    const begun = fire.caughtUp ? "caught_up" : "started";
    const runId = fire.runId;
    try {
      switch (decision.action) {
        case "skip":
          return { outcome: "skipped", why: decision.why, runId: "" };
        case "miss":
          return { outcome: "missed", why: decision.why, runId: "" };
        case "done":
          return { outcome: begun, why: "", runId };
        case "stop":
          await actions.stop(fire);
          return { outcome: begun, why: "", runId: "" };
        case "queue":
          await actions.enqueue(fire);
          return { outcome: fire.caughtUp ? "caught_up" : "queued", why: "", runId };
        case "start":
        case "replace":
        case "restart":
          await actions[decision.action](fire);
          return { outcome: begun, why: "", runId };
      }
    } catch (error) {
      return { outcome: "missed", why: messageOf(error), runId: "" };
    }
  }
}

interface End {
  readonly outcome: FireOutcome;
  readonly why: string;
  readonly runId: string;
}

function recordOf(fire: Fire): Omit<FireRecord, "outcome" | "why" | "runId" | "settledAt"> {
  const { job, kind, entry, tick, dag, zone, at, since, count } = fire;
  return { job, kind, entry, tick, dag, zone, at, since, count };
}
