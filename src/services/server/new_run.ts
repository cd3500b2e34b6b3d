/** What a request for a new run may hold, and what speaks against it. */
import type { Dag } from "../../core/dag.ts";
import { RunStatus } from "../../core/status.ts";
import { checkParams, needDeveloper } from "./access/as_stored.ts";
import type { ServerContext } from "./context.ts";
import { problems, readDefinition } from "./find/find_definition.ts";
import type { Principal } from "./access/guard.ts";
import { ApiError, forbidden } from "./http/api_error.ts";
import { flag, type Infer, object, optional, text } from "./http/schema.ts";
import { givenNameShape, givenRunIdShape } from "./shape/names.ts";
import { errorTexts } from "./shape/dag.ts";

export const startMembers = {
  params: optional(text({ description: 'As on the command line: A=1 B="two words", or JSON' })),
  dagRunId: optional(givenRunIdShape),
  dagName: optional(givenNameShape),
  singleton: optional(flag({ description: "Refuse while another run of the DAG goes on", default: false })),
};

export const startBody = object(startMembers);

/** What a start needs, when it may be. @throws ApiError */
export async function prepareStart(
  context: ServerContext,
  fileName: string,
  body: Infer<typeof startBody>,
  principal: Principal,
) {
  const { entry, dag, issues } = await readDefinition(context, fileName, principal);
  if (!dag) throw new ApiError(400, "bad_request", errorTexts(issues).join("\n"), problems(issues));
  if (body.dagName) needDeveloper(principal, "Another name");
  await checkParams(dag, entry.path, body.params, principal);
  refuseOwnId(dag, body.dagRunId);
  const name = body.dagName || dag.name;
  if (body.dagRunId) await refuseTakenId(context, name, body.dagRunId);
  if (body.singleton) await refuseWhileBusy(context, name);
  const request = {
    dag: entry.path,
    name: body.dagName ?? "",
    dagRunId: body.dagRunId ?? "",
    params: body.params ?? null,
    fromRunId: "",
  };
  return { dag, request };
}

/** @throws ApiError 403 for an id where the definition takes none */
export function refuseOwnId({ name, runConfig }: Dag, id: string | undefined): void {
  if (id && runConfig.disableRunIdEdit) throw forbidden(`The DAG ${name} does not take ids for its runs`);
}

/** @throws ApiError 409 when there is such a run */
export async function refuseTakenId(context: ServerContext, name: string, id: string): Promise<void> {
  if (!await context.runs.find(name, id)) return;
  throw new ApiError(409, "already_exists", `DAG-run ID ${id} already exists for DAG ${name}`);
}

/** @throws ApiError 409 while a run of the DAG goes on or waits in line */
export async function refuseWhileBusy(context: ServerContext, name: string): Promise<void> {
  if (!await isBusy(context, name)) return;
  throw new ApiError(409, "already_exists", `A run of DAG ${name} goes on or waits in line already`);
}

async function isBusy(context: ServerContext, name: string): Promise<boolean> {
  for (const run of await context.runs.active(name)) {
    if (await context.runs.liveness(run) !== "dead") return true;
  }
  const { runs } = await context.model.runs({ name, statuses: [RunStatus.Queued], limit: 1 });
  return runs.length > 0;
}
