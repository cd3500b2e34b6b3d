/** What somebody may see who is kept to some definitions. */
import type { ServerContext } from "../context.ts";
import type { Principal } from "./guard.ts";

/** @param allowed files; null for all */
export function maySee(allowed: readonly string[] | null, dag: { readonly fileName: string }): boolean {
  return allowed === null || allowed.includes(dag.fileName);
}

/** Names of the DAGs whose runs a principal may see; null for all. */
export async function visibleNames(
  context: ServerContext,
  principal: Principal,
): Promise<ReadonlySet<string> | null> {
  if (principal.dags === null) return null;
  const dags = await context.model.dags();
  return new Set(dags.filter((dag) => principal.dags!.includes(dag.fileName)).map((dag) => dag.name));
}
