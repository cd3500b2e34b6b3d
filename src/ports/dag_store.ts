/** Finds and loads definitions. */
import type { Dag } from "../core/dag.ts";

export interface DagStore {
  /**
   * Loads a definition by path or by name.
   * @throws SpecError with every issue found, DaguError when there is no such file.
   */
  load(nameOrPath: string): Promise<Dag>;
}
