/** Finds the definition that a request names, and says what is wrong with one. */
import type { Dag } from "../../../core/dag.ts";
import { dagSummaryOf, nameInFile } from "../../../core/dag_summary.ts";
import type { Issue } from "../../../core/errors.ts";
import type { DagFile } from "../../../stores/file/dags/dag_folder.ts";
import { checkDagText, readBaseText } from "../../../stores/file/dags/dag_texts.ts";
import type { ServerContext } from "../context.ts";
import type { Principal } from "../access/guard.ts";
import { ApiError, notFound } from "../http/api_error.ts";
import { type DagDetailsJson, dagDetailsJson, dagJson, errorTexts, problemJson } from "../shape/dag.ts";

export interface FoundDefinition {
  readonly entry: DagFile;
  /** What stands in the file. */
  readonly text: string;
  /** The same as YAML; "" for a module that cannot be evaluated. */
  readonly yaml: string;
  /** Name under which its runs are recorded. */
  readonly name: string;
  /** null when it cannot be used. */
  readonly dag: Dag | null;
  /** What of it could be read, and is not to be run; null when that is nothing. */
  readonly draft: Dag | null;
  readonly issues: readonly Issue[];
  readonly details: DagDetailsJson;
}

/** @throws ApiError when there is no such definition, or the principal may not see it */
export function findFile(context: ServerContext, fileName: string, principal: Principal): DagFile {
  const entry = context.files.find(fileName);
  if (!entry) throw notFound(`DAG ${fileName} not found`);
  if (principal.dags && !principal.dags.includes(fileName)) {
    throw new ApiError(403, "forbidden", `The DAG ${fileName} is not one of yours`);
  }
  return entry;
}

export async function readDefinition(
  context: ServerContext,
  fileName: string,
  principal: Principal,
): Promise<FoundDefinition> {
  const entry = findFile(context, fileName, principal);
  const source = context.files.text(fileName) ?? "";
  return { entry, ...await checkText(context, source, entry) };
}

/** A text as it would be loaded from a file; that of a module is what stands in its file. */
export async function checkText(
  context: ServerContext,
  source: string,
  entry: { readonly fileName: string; readonly path: string },
): Promise<Omit<FoundDefinition, "entry">> {
  const base = readBaseText(context.baseConfig);
  const { yaml, dag, issues, draft } = await checkDagText(
    { text: source, file: entry.path, base },
    context.evaluate,
  );
  const details = draft ? dagDetailsJson(draft, issues) : dagJson(dagSummaryOf(entry, null, issues));
  return { text: source, yaml, name: draft?.name ?? nameInFile(entry.fileName), dag, draft, issues, details };
}

export function problems(issues: readonly Issue[]) {
  return {
    errors: errorTexts(issues),
    ...(issues.length > 0 ? { problems: issues.map(problemJson) } : {}),
  };
}
