/** The same definition in another folder. */
import type { Dag } from "../../core/dag.ts";
import type { Snapshot } from "../../ports/run_store.ts";

/** Paths below one folder become paths below the other; others stay. */
export function relocated(snapshot: Snapshot, from: string, to: string): Snapshot {
  if (from === "" || from === to) return snapshot;
  const moved = (path: string) =>
    path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
  const movedDag = (dag: Dag): Dag => ({
    ...dag,
    location: moved(dag.location),
    localDags: Object.fromEntries(
      Object.entries(dag.localDags).map(([name, local]) => [name, movedDag(local)]),
    ),
  });
  return { ...snapshot, dag: movedDag(snapshot.dag), workingDir: moved(snapshot.workingDir) };
}
