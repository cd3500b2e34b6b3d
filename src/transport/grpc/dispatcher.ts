/** Calls of those who have runs carried out by workers. */
import { DaguError, messageOf, NotYetError } from "../../core/errors.ts";
import { reconnectPause } from "../../core/reconnect_pause.ts";
import type { RandomBytes } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DispatchedTask, Dispatcher, DispatchOptions } from "../../ports/dispatcher.ts";
import type { Task, TaskNews, TaskResult } from "../../ports/task.ts";
import { CallError } from "./call_error.ts";
import type { GrpcClient } from "./client.ts";
import type { RequestOf } from "./methods.ts";
import { LONG_POLL_MS } from "./task_source.ts";
import { resultFromWire, stateNumber, stateOf, taskToWire } from "./task_wire.ts";

const ANSWER_MS = 10_000;

export interface GrpcDispatcherOptions {
  readonly client: GrpcClient;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export class GrpcDispatcher implements Dispatcher {
  readonly #options: GrpcDispatcherOptions;

  constructor(options: GrpcDispatcherOptions) {
    this.#options = options;
  }

  async dispatch(task: Task, options: DispatchOptions): Promise<DispatchedTask> {
    const taskId = await this.#hand(task, options);
    const began = Promise.withResolvers<string>();
    began.promise.catch(() => {}); // Whoever asks for the end only does not ask for this.
    const ended = this.#follow(task, taskId, (news) => {
      options.onNews?.(news);
      if (news.state === "begun" || news.state === "ended") began.resolve(news.workerId);
    }).then(({ result, again }) => {
      const why = `Cannot run "${task.run.name}" on a worker: ${result.error}`;
      began.reject(again ? new NotYetError(why, result.error) : new DaguError(why));
      return result;
    });
    return {
      began: began.promise,
      ended,
      stop: (signal) => void this.#again("StopTask", { taskId, signal }, true).catch(() => {}),
    };
  }

  async #hand(task: Task, { hold, onNews }: DispatchOptions): Promise<string> {
    const unheard = (why: string) => onNews?.({ state: "waiting", reason: why, workerId: "", result: null });
    try {
      const request = { task: taskToWire(task, null), hold };
      return (await this.#again("Dispatch", request, hold, unheard)).taskId;
    } catch (error) {
      const what = `Cannot have "${task.run.name}" run by a worker: ${messageOf(error)}`;
      throw isForNow(error) ? new NotYetError(what, messageOf(error)) : new DaguError(what, { cause: error });
    }
  }

  /** Resolves with what became of the task. */
  async #follow(task: Task, taskId: string, onNews: (news: TaskNews) => void): Promise<Outcome> {
    let known: TaskNews = { state: "waiting", reason: "", workerId: "", result: null };
    for (;;) {
      const request = { taskId, knownState: stateNumber(known.state), knownReason: known.reason };
      try {
        const answer = await this.#again("AwaitTask", request, true);
        const { state, reason, workerId, result } = answer;
        known = {
          state: stateOf(state) ?? known.state,
          reason,
          workerId,
          result: result && resultFromWire(result),
        };
      } catch (error) {
        const why = `the coordinator does not know what became of it: ${messageOf(error)}`;
        // One that was forgotten has ended or was given up: the history tells which.
        return { result: noResult(why), again: error instanceof CallError && error.code === "not_found" };
      }
      onNews(known);
      const outcome = outcomeOf(task, known);
      if (outcome) return outcome;
    }
  }

  /** @param patient tries for as long as nobody can be reached */
  async #again<M extends "Dispatch" | "AwaitTask" | "StopTask">(
    method: M,
    request: Partial<RequestOf<M>>,
    patient: boolean,
    unheard: (why: string) => void = () => {},
  ) {
    const { client, clock, random } = this.#options;
    for (let failures = 1;; failures++) {
      try {
        const timeoutMs = method === "AwaitTask" ? LONG_POLL_MS : ANSWER_MS;
        return await client.call(method, request, { timeoutMs });
      } catch (error) {
        if (!patient || !isPassing(error)) throw error;
        unheard(`no coordinator can be reached: ${messageOf(error)}`);
        await clock.sleep(reconnectPause(failures, random(1)[0]! / 256));
      }
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof CallError && ["unavailable", "deadline_exceeded"].includes(error.code);
}

/** What became of a task in the end. */
interface Outcome {
  readonly result: TaskResult;
  /** If it has not begun, it may be handed in again: the coordinator gave it up before a worker had it. */
  readonly again: boolean;
}

/** null before the end. */
function outcomeOf({ run }: Task, { state, result, reason, workerId }: TaskNews): Outcome | null {
  switch (state) {
    case "ended":
      return { result: result ?? noResult("the coordinator does not tell its status"), again: false };
    case "failed":
      return { result: result ?? noResult(reason), again: result === null };
    case "lost":
      return {
        result: noResult(`"${run.name}" was lost by "${workerId}": ${reason}`),
        again: false,
      };
    default:
      return null;
  }
}

/** Whether the same task may be taken a moment later. */
function isForNow(error: unknown): boolean {
  return isPassing(error) ||
    error instanceof CallError && ["failed_precondition", "resource_exhausted"].includes(error.code);
}

function noResult(error: string): TaskResult {
  return { status: null, error, params: "", outputs: {} };
}
