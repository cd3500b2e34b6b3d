/** The methods of the services, as tables. */
import { message, type MessageValue, text, word } from "../wire/message.ts";
import * as m from "./messages.ts";

const HealthCheckRequest = message("HealthCheckRequest", { service: text(1) });
const HealthCheckResponse = message("HealthCheckResponse", { status: word(1, "ServingStatus") });

/** Of `grpc.health.v1`. */
export const ServingStatus = { Serving: 1, NotServing: 2 } as const;

export const COORDINATOR = "coordinator.v1.CoordinatorService";
export const HEALTH = "grpc.health.v1.Health";

export const COORDINATOR_METHODS = {
  Poll: { request: m.PollRequest, answer: m.PollResponse },
  Dispatch: { request: m.DispatchRequest, answer: m.DispatchResponse },
  GetWorkers: { request: m.GetWorkersRequest, answer: m.GetWorkersResponse },
  Heartbeat: { request: m.HeartbeatRequest, answer: m.HeartbeatResponse },
  ConfirmTask: { request: m.ConfirmTaskRequest, answer: m.ConfirmTaskResponse },
  BeginTask: { request: m.BeginTaskRequest, answer: m.BeginTaskResponse },
  EndTask: { request: m.EndTaskRequest, answer: m.EndTaskResponse },
  ReturnTask: { request: m.ReturnTaskRequest, answer: m.ReturnTaskResponse },
  AwaitTask: { request: m.AwaitTaskRequest, answer: m.AwaitTaskResponse },
  StopTask: { request: m.StopTaskRequest, answer: m.StopTaskResponse },
  AwaitOrders: { request: m.AwaitOrdersRequest, answer: m.AwaitOrdersResponse },
  RecordRun: { request: m.RecordRunRequest, answer: m.RecordRunResponse },
} as const;

export const HEALTH_METHODS = {
  Check: { request: HealthCheckRequest, answer: HealthCheckResponse },
} as const;

export type CoordinatorMethods = typeof COORDINATOR_METHODS;
export type CoordinatorMethod = keyof CoordinatorMethods;
export type RequestOf<M extends CoordinatorMethod> = MessageValue<CoordinatorMethods[M]["request"]>;
export type AnswerOf<M extends CoordinatorMethod> = MessageValue<CoordinatorMethods[M]["answer"]>;
/** An answer to send: what is empty may be left out. */
export type ReplyOf<M extends CoordinatorMethod> = Partial<AnswerOf<M>>;
