/** What can be done to a workflow. */
import { to } from "./addresses.ts";
import { post } from "./api/http.ts";
import type { DagFile } from "./api/types.ts";
import { attempt, toast } from "./parts/toast.tsx";
import { go, href } from "./router.ts";
import { sentence } from "./api/http.ts";

/** The address of a definition in the API. @param file its file without its ending */
export function dagPath(file: string): string {
  return `/dags/${encodeURIComponent(file)}`;
}

/** One that takes parameters is started with a form. */
export async function startWorkflow({ fileName, dag }: Pick<DagFile, "fileName" | "dag">): Promise<void> {
  if ((dag.params ?? []).length > 0) return go(to.workflow(fileName, "runs", { start: 1 }));
  try {
    const { dagRunId } = await post<{ dagRunId: string }>(`${dagPath(fileName)}/start`, {});
    toast(`${dag.name} is started`, "ok", { href: href(to.run(dag.name, dagRunId)), text: "Open" });
  } catch (error) {
    toast(sentence(error), "bad");
  }
}

export function suspendWorkflow(file: string, suspend: boolean): Promise<boolean> {
  const done = suspend ? `The schedule of ${file} is suspended` : `The schedule of ${file} goes on`;
  return attempt(done, () => post(`${dagPath(file)}/suspend`, { suspend }));
}
