/** Finds and loads definitions. */
import type { Dag } from "../core/dag.ts";

/** How a definition is loaded. */
export interface LoadOptions {
  /** The definition is run below another run: handlers of the base configuration are not for it. */
  readonly asSubDag?: boolean;
  /** Folders that are looked through after the DAGs folder, in place of the current one. */
  readonly folders?: readonly string[];
}

/** Where definitions are found. */
export interface DagStore {
  /**
   * Loads a definition by path or by name.
   * @throws SpecError with every issue found, DaguError when there is no such file.
   */
  load(nameOrPath: string, options?: LoadOptions): Promise<Dag>;
  /** The name under which runs of a DAG are recorded: that of its definition, or the given word when there is none. */
  nameOf(nameOrPath: string): Promise<string>;
}
