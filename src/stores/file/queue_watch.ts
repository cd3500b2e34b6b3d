/** Notices at once what changes in queues. */
import { existsSync } from "../../platform/files.ts";
import { basename } from "../../platform/path.ts";
import { startTimer } from "../../platform/timer.ts";
import { watchFolder } from "../../platform/watch_folder.ts";
import { NOTES_DIR, parseItemName } from "./queue_names.ts";

/** A folder that has just been made is watched a moment later: what came in between is seen by a second look. */
const SECOND_LOOK_MS = 200;

/**
 * Both folders must exist. Where the system cannot watch, nothing is told.
 * @param procDir folder of the heartbeats: one that goes makes room in the queue whose name its folder has
 */
export function watchQueues(
  queueDir: string,
  procDir: string,
  changed: (queue: string | null) => void,
): () => void {
  const items = (path: string) => {
    const [queue, name] = below(queueDir, path);
    if (queue === undefined) return;
    if (name === undefined) {
      changed(queue);
      startTimer(SECOND_LOOK_MS, () => changed(queue));
    } else if (parseItemName(basename(path)) && (name === NOTES_DIR || existsSync(path))) changed(queue);
  };
  const beats = (path: string) => {
    const [queue, name] = below(procDir, path);
    if (queue !== undefined && name !== undefined && !existsSync(path)) changed(queue);
  };
  const watch = (folder: string, onPath: (path: string) => void) =>
    watchFolder(folder, {
      recursive: true,
      guardPipes: true,
      onChange: (paths) => paths === null ? changed(null) : paths.forEach(onPath),
      onLost: () => changed(null),
    });
  const watches = [watch(queueDir, items), watch(procDir, beats)];
  return () => {
    for (const one of watches) one?.close();
  };
}

/** Parts of a path below a folder; [] when it is not below it. */
function below(folder: string, path: string): string[] {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split("/") : [];
}
