/** Workers as the API shows them. */
import type { RunRef } from "../../../core/run.ts";
import type { RunningTask } from "../../../ports/task_source.ts";
import type { WaitingTask, WorkerSeen } from "../../../ports/workers.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import { flag, integer, list, map, object, optional, text, word } from "../http/schema.ts";

const taskShape = {
  dagRunId: text(),
  dagName: text(),
  startedAt: text(),
  rootDagRunName: optional(text()),
  rootDagRunId: optional(text()),
  parentDagRunName: optional(text()),
  parentDagRunId: optional(text()),
};

export const workerShape = object({
  id: text(),
  labels: map(text()),
  host: optional(text()),
  remote: flag({ description: "It has none of the coordinator's files" }),
  totalPollers: integer({ description: "Runs that it may have at once" }),
  busyPollers: integer(),
  runningTasks: list(object(taskShape)),
  lastHeartbeatAt: text(),
  healthStatus: word(["healthy", "warning", "unhealthy"]),
});

export const waitingTaskShape = object({
  ...taskShape,
  workerSelector: map(text()),
  reason: text({ description: "Why no worker has it" }),
});

export function workerJson({ host, running, seenAt, health, ...worker }: WorkerSeen) {
  return {
    ...worker,
    ...(host === "" ? {} : { host }),
    runningTasks: running.map(taskJson),
    lastHeartbeatAt: timeText(seenAt),
    healthStatus: health,
  };
}

export function waitingTaskJson({ task, selector, reason }: WaitingTask) {
  return { ...taskJson(task), workerSelector: selector, reason };
}

function taskJson({ run, root, parent, startedAt }: RunningTask) {
  return {
    dagRunId: run.id,
    dagName: run.name,
    startedAt: timeText(startedAt),
    ...named("root", root),
    ...(parent ? named("parent", parent) : {}),
  };
}

function named(prefix: "root" | "parent", { name, id }: RunRef) {
  return { [`${prefix}DagRunName`]: name, [`${prefix}DagRunId`]: id };
}
