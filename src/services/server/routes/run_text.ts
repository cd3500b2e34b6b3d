/** Runs of definitions that are sent along, where the settings allow them: for managers, who may save them too. */
import type { ServerContext } from "../context.ts";
import { checkText, problems } from "../find/find_definition.ts";
import { ApiError, badRequest } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { type Infer, object, optional, text } from "../http/schema.ts";
import { givenNameShape, givenQueueShape, specText } from "../shape/names.ts";
import { refuseTakenId, refuseWhileBusy, startMembers } from "../new_run.ts";
import type { TextRunRequest } from "../run_actions.ts";
import { errorTexts } from "../shape/dag.ts";

const { params, dagRunId, singleton } = startMembers;
const members = {
  params,
  dagRunId,
  singleton,
  spec: specText,
  name: optional(givenNameShape),
};
const body = object(members);
const answers = { 200: object({ dagRunId: text() }) };

export function runTextRoutes(context: ServerContext) {
  const prepare = async (given: Infer<typeof body>): Promise<TextRunRequest> => {
    const { dag, issues } = await checkText(context, given.spec, {
      fileName: given.name ?? "",
      path: given.name ? `${given.name}.yaml` : "",
    });
    if (!dag) throw new ApiError(400, "bad_request", errorTexts(issues).join("\n"), problems(issues));
    const name = given.name || dag.name;
    if (name === "") throw badRequest('The run needs a name: as "name" beside the definition, or in it');
    if (given.dagRunId) await refuseTakenId(context, name, given.dagRunId);
    if (given.singleton) await refuseWhileBusy(context, name);
    return { text: given.spec, name, dagRunId: given.dagRunId ?? "", params: given.params ?? null };
  };
  return [
    route({
      method: "post",
      at: "/dag-runs",
      about: "Starts a run of a definition that is sent along; answers when it is recorded",
      role: "manager",
      switches: ["runDAGs", "writeDAGs", "allowInlineRuns"],
      begins: true,
      body,
      answers,
      handle: async ({ body }) => ({
        json: { dagRunId: (await context.actions.startText(await prepare(body))).id },
      }),
    }),
    route({
      method: "post",
      at: "/dag-runs/enqueue",
      about: "Puts a run of a definition that is sent along in line; answers when that is recorded",
      role: "manager",
      switches: ["runDAGs", "writeDAGs", "allowInlineRuns"],
      begins: true,
      body: object({ ...members, queue: optional(givenQueueShape) }),
      answers,
      handle: async ({ body }) => {
        const request = await prepare(body);
        return {
          json: { dagRunId: (await context.actions.enqueueText({ ...request, queue: body.queue ?? "" })).id },
        };
      },
    }),
  ];
}
