/** Notices at once what changes in queues. */
import { existsSync } from "../../platform/files.ts";
import { basename } from "../../platform/path.ts";
import { startTimer } from "../../platform/timer.ts";
import { type Change, watchFolders } from "../../platform/watch.ts";
import { parseItemName } from "./queue_names.ts";

/** A folder that has just been made is watched a moment later: what came in between is seen by a second look. */
const SECOND_LOOK_MS = 200;

/** @param procDir folder of the heartbeats: one that goes makes room in the queue whose name its folder has */
export function watchQueues(
  queueDir: string,
  procDir: string,
  changed: (queue: string | null) => void,
): () => void {
  const onChange = ({ kind, paths }: Change) => {
    if (kind === "lost") return changed(null);
    for (const path of paths) {
      const inQueues = below(queueDir, path);
      if (inQueues.length === 1 && kind === "create") {
        changed(inQueues[0]);
        startTimer(SECOND_LOOK_MS, () => changed(inQueues[0]));
      } else if (inQueues.length === 2 && kind !== "remove") {
        // The name of an item that was taken is told of too.
        if (parseItemName(basename(path)) && existsSync(path)) changed(inQueues[0]);
      } else if (kind === "remove" && below(procDir, path).length > 1) changed(below(procDir, path)[0]);
    }
  };
  return watchFolders([queueDir, procDir], onChange, () => changed(null));
}

/** Parts of a path below a folder; [] when it is not below it. */
function below(folder: string, path: string): string[] {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split("/") : [];
}
