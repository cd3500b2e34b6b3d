/** Notices at once what changes in queues. */
import { existsSync } from "../../../platform/files/files.ts";
import { basename } from "../../../platform/files/path.ts";
import { startTimer } from "../../../platform/time/timer.ts";
import { readableNames } from "../../../platform/folders/list_folder.ts";
import { type FolderWatch, watchFolder } from "../../../platform/folders/watch_folder.ts";
import { NOTES_DIR, parseItemName } from "./queue_names.ts";

/** A folder that has just been made is watched a moment later: what came in between is seen by a second look. */
const SECOND_LOOK_MS = 200;

/**
 * Both folders must exist. Where the system cannot watch, nothing is told.
 * @param procDir folder of the heartbeats: one that goes makes room in the queue whose name its folder has. It is
 * followed as soon as there is any queue: each folder that is followed makes the events of all others dearer.
 */
export function watchQueues(
  queueDir: string,
  procDir: string,
  changed: (queue: string | null) => void,
): () => void {
  const items = (path: string) => {
    followBeats();
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
  const watches: (FolderWatch | null)[] = [];
  const watch = (folder: string, onPath: (path: string) => void) =>
    watches.push(watchFolder(folder, {
      recursive: true,
      guardPipes: true,
      onChange: (paths) => {
        if (paths) return paths.forEach(onPath);
        followBeats();
        changed(null);
      },
      onLost: () => changed(null),
    }));
  const followBeats = () => watches.length < 2 && watch(procDir, beats);
  watch(queueDir, items);
  if (readableNames(queueDir).length > 0) followBeats();
  return () => {
    for (const one of watches) one?.close();
  };
}

/** Parts of a path below a folder; [] when it is not below it. */
function below(folder: string, path: string): string[] {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split("/") : [];
}
