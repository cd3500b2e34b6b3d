/** What lists tell of a definition: everything but its steps. */
import type { Dag, Schedules } from "./dag.ts";
import type { Issue } from "./errors.ts";
import { formatEntries, nameParams } from "./text/params_text.ts";

export interface DagSummary {
  /** Path of the file below the folder of definitions, without its ending: what addresses the definition. */
  readonly fileName: string;
  /** Absolute path of the file. */
  readonly path: string;
  /** Name under which its runs are recorded. */
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schedule: Schedules;
  /** `A=1`. */
  readonly params: readonly string[];
  /** `1="x" A="1"`. */
  readonly defaultParams: string;
  readonly queue: string;
  /** 0 in a definition that cannot be read. */
  readonly maxActiveRuns: number;
  readonly runConfig: Dag["runConfig"];
  /** Empty exactly when the definition can be used. */
  readonly issues: readonly Issue[];
}

/**
 * @param dag as far as it can be read; null when that is nothing
 * @param issues what is wrong with it: nothing of it is due then
 */
export function dagSummaryOf(
  file: { readonly fileName: string; readonly path: string },
  dag: Dag | null,
  issues: readonly Issue[],
): DagSummary {
  return {
    fileName: file.fileName,
    path: file.path,
    name: dag?.name ?? nameInFile(file.fileName),
    group: dag?.group ?? "",
    description: dag?.description ?? "",
    tags: dag?.tags ?? [],
    schedule: dag && issues.length === 0 ? dag.schedule : { start: [], stop: [], restart: [] },
    params: formatEntries(dag?.params.defaults ?? []),
    defaultParams: dag && dag.params.defaults.length > 0 ? nameParams(dag.params.defaults) : "",
    queue: dag?.queue ?? "",
    maxActiveRuns: dag?.maxActiveRuns ?? 0,
    runConfig: dag?.runConfig ?? { disableParamEdit: false, disableRunIdEdit: false },
    issues,
  };
}

/** Name of a definition whose file says none: that of the file, whatever the folder. */
export function nameInFile(fileName: string): string {
  return fileName.slice(fileName.lastIndexOf("/") + 1);
}
