/** The messages of `proto/coordinator/v1/coordinator.proto`; a test compares the two. */
import {
  bytes,
  flag,
  int,
  message,
  type MessageValue,
  part,
  parts,
  text,
  textMap,
  texts,
  word,
} from "../wire/message.ts";

export const TaskFileMessage = message("TaskFile", { path: text(1), content: bytes(2), executable: flag(3) });

export const TaskMessage = message("Task", {
  rootDagRunName: text(1),
  rootDagRunId: text(2),
  parentDagRunName: text(3),
  parentDagRunId: text(4),
  dagRunId: text(5),
  operation: word(6, "Operation"),
  target: text(7),
  params: text(8),
  step: text(9),
  workerSelector: textMap(10),
  definition: text(11),
  workerId: text(12),
  taskId: text(1001),
  attempt: int(1002),
  epoch: int(1003, "int64"),
  snapshot: text(1004),
  previous: text(1005),
  files: parts(1006, TaskFileMessage),
  trigger: text(1007),
  depth: int(1008),
  workingDir: text(1009),
  following: flag(1010),
  hidden: texts(1011),
});

export const TaskClaimMessage = message("TaskClaim", {
  taskId: text(1),
  attempt: int(2),
  epoch: int(3, "int64"),
  workerId: text(4),
});

export const RunningTaskMessage = message("RunningTask", {
  dagRunId: text(1),
  dagName: text(2),
  startedAt: int(3, "int64"),
  rootDagRunName: text(4),
  rootDagRunId: text(5),
  parentDagRunName: text(6),
  parentDagRunId: text(7),
});

export const TaskResultMessage = message("TaskResult", {
  status: int(1),
  error: text(2),
  params: text(3),
  outputs: textMap(4),
  partial: flag(1001),
});

export const WorkerStatsMessage = message("WorkerStats", {
  totalPollers: int(1),
  busyPollers: int(2),
  runningTasks: parts(3, RunningTaskMessage),
});

export const WorkerInfoMessage = message("WorkerInfo", {
  workerId: text(1),
  pollerId: text(2),
  labels: textMap(3),
  connectedAt: int(4, "int64"),
  totalPollers: int(5),
  busyPollers: int(6),
  runningTasks: parts(7, RunningTaskMessage),
  lastHeartbeatAt: int(8, "int64"),
  healthStatus: word(9, "WorkerHealthStatus"),
  remote: flag(1001),
  host: text(1002),
});

export const WaitingTaskMessage = message("WaitingTask", {
  taskId: text(1),
  run: part(2, RunningTaskMessage),
  workerSelector: textMap(3),
  reason: text(4),
  since: int(5, "int64"),
});

export const OrderMessage = message("Order", {
  number: int(1, "int64"),
  claim: part(2, TaskClaimMessage),
  signal: text(3),
});

export const RecordPartMessage = message("RecordPart", {
  number: int(1, "int64"),
  kind: text(2),
  json: text(3),
  step: text(4),
  stream: text(5),
  offset: int(6, "int64"),
  data: bytes(7),
});

export const PollRequest = message("PollRequest", {
  workerId: text(1),
  pollerId: text(2),
  labels: textMap(3),
  confirms: flag(1001),
  remote: flag(1002),
  host: text(1003),
});
export const PollResponse = message("PollResponse", { task: part(1, TaskMessage) });

export const DispatchRequest = message("DispatchRequest", { task: part(1, TaskMessage), hold: flag(1001) });
export const DispatchResponse = message("DispatchResponse", { taskId: text(1001) });

export const GetWorkersRequest = message("GetWorkersRequest", {});
export const GetWorkersResponse = message("GetWorkersResponse", {
  workers: parts(1, WorkerInfoMessage),
  waiting: parts(1001, WaitingTaskMessage),
});

export const HeartbeatRequest = message("HeartbeatRequest", {
  workerId: text(1),
  labels: textMap(2),
  stats: part(3, WorkerStatsMessage),
  claims: parts(1001, TaskClaimMessage),
  host: text(1002),
  remote: flag(1003),
});
export const HeartbeatResponse = message("HeartbeatResponse", { revoked: parts(1001, TaskClaimMessage) });

export const ConfirmTaskRequest = message("ConfirmTaskRequest", { claim: part(1, TaskClaimMessage) });
export const ConfirmTaskResponse = message("ConfirmTaskResponse", {});

export const BeginTaskRequest = message("BeginTaskRequest", { claim: part(1, TaskClaimMessage) });
export const BeginTaskResponse = message("BeginTaskResponse", {});

export const EndTaskRequest = message("EndTaskRequest", {
  claim: part(1, TaskClaimMessage),
  result: part(2, TaskResultMessage),
});
export const EndTaskResponse = message("EndTaskResponse", {});

export const ReturnTaskRequest = message("ReturnTaskRequest", {
  claim: part(1, TaskClaimMessage),
  reason: text(2),
});
export const ReturnTaskResponse = message("ReturnTaskResponse", {});

export const AwaitTaskRequest = message("AwaitTaskRequest", {
  taskId: text(1),
  knownState: word(2, "TaskState"),
  knownReason: text(3),
});
export const AwaitTaskResponse = message("AwaitTaskResponse", {
  state: word(1, "TaskState"),
  reason: text(2),
  workerId: text(3),
  result: part(4, TaskResultMessage),
});

export const StopTaskRequest = message("StopTaskRequest", { taskId: text(1), signal: text(2) });
export const StopTaskResponse = message("StopTaskResponse", {});

export const AwaitOrdersRequest = message("AwaitOrdersRequest", {
  workerId: text(1),
  seen: int(2, "int64"),
});
export const AwaitOrdersResponse = message("AwaitOrdersResponse", { orders: parts(1, OrderMessage) });

export const RecordRunRequest = message("RecordRunRequest", {
  claim: part(1, TaskClaimMessage),
  parts: parts(2, RecordPartMessage),
});
export const RecordRunResponse = message("RecordRunResponse", { received: int(1, "int64") });

export type TaskWire = MessageValue<typeof TaskMessage>;
export type ClaimWire = MessageValue<typeof TaskClaimMessage>;
export type ResultWire = MessageValue<typeof TaskResultMessage>;
export type RunningWire = MessageValue<typeof RunningTaskMessage>;
export type WorkerWire = MessageValue<typeof WorkerInfoMessage>;
export type WaitingWire = MessageValue<typeof WaitingTaskMessage>;
