/** Runs of definitions begin, and all of them end. */
import { messageOf } from "../../../core/errors.ts";
import { needDeveloper } from "../access/as_stored.ts";
import type { ServerContext } from "../context.ts";
import { readDefinition } from "../find/find_definition.ts";
import { route } from "../http/route.ts";
import { list, object, optional, text } from "../http/schema.ts";
import { fileNameShape, givenQueueShape } from "../shape/names.ts";
import { prepareStart, startBody, startMembers } from "../new_run.ts";

const idShape = object({ dagRunId: text() });
const path = { fileName: fileNameShape };

export function runStartRoutes(context: ServerContext) {
  return [
    route({
      method: "post",
      at: "/dags/{fileName}/start",
      about: "Starts a run; answers when it is recorded",
      role: "operator",
      switches: ["runDAGs"],
      begins: true,
      path,
      body: startBody,
      bodyOptional: true,
      answers: { 200: idShape },
      handle: async ({ path, body, principal }) => {
        const { request } = await prepareStart(context, path.fileName, body, principal);
        return { json: { dagRunId: (await context.actions.start(request)).id } };
      },
    }),
    route({
      method: "post",
      at: "/dags/{fileName}/enqueue",
      about: "Puts a run in line; answers when that is recorded",
      role: "operator",
      switches: ["runDAGs"],
      begins: true,
      path,
      body: object({ ...startMembers, queue: optional(givenQueueShape) }),
      bodyOptional: true,
      answers: { 200: idShape },
      handle: async ({ path, body, principal }) => {
        if (body.queue) needDeveloper(principal, "Another queue");
        const { request } = await prepareStart(context, path.fileName, body, principal);
        const { id } = await context.actions.enqueue({ ...request, queue: body.queue ?? "" });
        return { json: { dagRunId: id } };
      },
    }),
    route({
      method: "post",
      at: "/dags/{fileName}/stop-all",
      about: "Asks all running runs of a DAG to end",
      role: "operator",
      switches: ["runDAGs"],
      path,
      answers: { 200: object({ errors: list(text()) }) },
      handle: async ({ path, principal }) => {
        const { name } = await readDefinition(context, path.fileName, principal);
        const errors: string[] = [];
        for (const { record } of await context.runs.active(name)) {
          try {
            await context.actions.stop({ name, id: record.dagRunId });
          } catch (error) {
            errors.push(messageOf(error));
          }
        }
        return { json: { errors } };
      },
    }),
  ];
}
