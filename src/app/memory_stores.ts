/** Stores of the library that hold everything in memory. */
import { type Definition, treeOf } from "../builder/dag.ts";
import { yamlText } from "../builder/yaml_text.ts";
import { DaguError } from "../core/errors.ts";
import { openTempDir } from "../platform/folders/temp_dir.ts";
import type { DagStore } from "../ports/dag_store.ts";
import type { RunStore } from "../ports/run_store.ts";
import { loadDag } from "../spec/load.ts";
import { MemoryRunStore } from "../stores/memory/run_store.ts";

/**
 * A history that is gone when it is disposed of. What steps write stands in a temporary folder until then.
 *
 * ```ts
 * await using runs = await memoryRuns();
 * await run(flow, { stores: { runs } });
 * ```
 */
export async function memoryRuns(): Promise<RunStore & AsyncDisposable> {
  const folder = await openTempDir();
  const store = new MemoryRunStore(() => true, folder.path);
  return Object.assign(store, { [Symbol.asyncDispose]: () => folder.remove() });
}

/**
 * DAGs that others call, by the names under which they are called.
 * @param definitions what `dag` made, or texts in YAML
 */
export function memoryDags(definitions: Readonly<Record<string, Definition | string>>): DagStore {
  return {
    load: (name, { asSubDag = false } = {}) =>
      Promise.resolve().then(() => {
        const found = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
        if (found === undefined) {
          const known = Object.keys(definitions).map((one) => `"${one}"`).join(", ") || "no DAG at all";
          throw new DaguError(`Cannot load the DAG "${name}": there is ${known}`);
        }
        const text = typeof found === "string" ? found : yamlText([treeOf(found)]);
        // The name counts when the definition has none.
        return { ...loadDag({ text, file: `/${name}.yaml`, isSubDag: asSubDag }), location: "" };
      }),
    nameOf: (name) => Promise.resolve(name),
  };
}
