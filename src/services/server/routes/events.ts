/** The stream of changes. */
import type { ServerContext } from "../context.ts";
import { findNode, findRun } from "../find/find_run.ts";
import type { Principal } from "../access/guard.ts";
import { badRequest } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { list, optional, text } from "../http/schema.ts";
import type { NumberedEvent } from "../live/event_hub.ts";
import { EventStream } from "../live/event_stream.ts";
import { logsOf } from "../logs/logs_of.ts";
import type { LogPiece } from "../live/log_follows.ts";
import type { NodeJson } from "../shape/run.ts";
import { visibleNames } from "../access/visible.ts";

const ABOUT =
  "Changes as they happen, as server-sent events. Topics: runs, dags, queues, run:NAME/ID for a run with " +
  "its steps, log:NAME/ID/STEP/stdout for what a step writes";
const MAX_TOPICS = 50;

export function eventRoutes(context: ServerContext) {
  return [
    route({
      method: "get",
      at: "/events",
      about: ABOUT,
      role: "viewer",
      query: {
        topics: optional(
          list(text({ max: 400 }), { max: MAX_TOPICS, description: "runs, dags and queues by default" }),
        ),
        lastEventId: optional(text({ max: 100, description: "As the header Last-Event-ID" })),
      },
      answers: { 200: "text/event-stream" },
      handle: async ({ query, principal, headers, stillIn }) => {
        const topics = query.topics ?? ["runs", "dags", "queues"];
        const may = await visibility(context, principal);
        const wanted = new Set(topics);
        const stream = new EventStream(stillIn);
        for (const topic of topics.filter((topic) => topic.startsWith("log:"))) {
          stream.onEnd(await followLog(context, topic, stream, may));
        }
        const fits = (event: NumberedEvent) =>
          event.topics.some((topic) => wanted.has(topic)) && may(event.dag);
        const last = headers.get("last-event-id") ?? query.lastEventId;
        const missed = last === undefined ? [] : context.hub.since(last);
        // Whoever missed too much has to read everything again.
        stream.send("hello", { topics, reset: missed === null }, context.hub.last);
        for (const event of missed ?? []) if (fits(event)) stream.send(event.type, event.data, event.id);
        stream.onEnd(context.hub.listen((event) => {
          if (fits(event)) stream.send(event.type, event.data, event.id);
        }));
        const { closing } = context.hub;
        const end = () => stream.end();
        closing.addEventListener("abort", end);
        // A server lives longer than its clients.
        stream.onEnd(() => closing.removeEventListener("abort", end));
        return {
          type: "text/event-stream",
          body: stream.body,
          // A proxy must hand on each event at once, and nobody may compress it.
          headers: { "x-accel-buffering": "no", "cache-control": "no-store, no-transform" },
        };
      },
    }),
  ];
}

/** Which DAGs somebody may hear of. */
async function visibility(context: ServerContext, principal: Principal): Promise<(dag: string) => boolean> {
  const names = await visibleNames(context, principal);
  return (dag) => names === null || dag === "" || names.has(dag);
}

/** @returns what ends it */
async function followLog(
  context: ServerContext,
  topic: string,
  stream: EventStream,
  may: (dag: string) => boolean,
): Promise<() => void> {
  const match = /^log:([^/]+)\/([A-Za-z0-9_-]+)\/(.+)\/(stdout|stderr)$/.exec(topic);
  if (!match || !may(match[1])) {
    throw badRequest(`The topic "${topic.slice(0, 100)}" is not one like log:NAME/ID/STEP/stdout`);
  }
  const [, name, id, step, kind] = match as unknown as [string, string, string, string, "stdout" | "stderr"];
  const run = await findRun(context, name, id);
  const node = findNode(run.record, step);
  const onPiece = (piece: LogPiece) => stream.send("log", { topic, ...piece });
  const logs = await logsOf(context, run);
  const path = await logs.locate(node.state[kind]);
  if (path !== "") {
    return context.logFollows.follow(path, (await logs.read(path, { tail: 1 })).size, onPiece);
  }
  // The step has not begun: its log is known when it does.
  let end = context.hub.listen((event) => {
    if (event.type !== "step" || event.topics[0] !== `run:${name}/${id}`) return;
    const begun = (event.data as { node: NodeJson }).node;
    if (begun.step.name !== node.step.name || !logs.covers(begun[kind])) return;
    end();
    end = context.logFollows.follow(begun[kind], 0, onPiece);
  });
  return () => end();
}
