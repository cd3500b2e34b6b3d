/** Tells of changes below folders, as far as the system tells of them. */
import { startBeats } from "../time/beat.ts";
import { keepPipesOpen } from "./pipes.ts";

/** A pipe makes the watch deaf for no longer than this. */
const PIPES_MS = 30_000;

export interface FolderWatch {
  close(): void;
}

/** `other` when the system does not say, or events were lost. */
export type ChangeKind = "create" | "modify" | "remove" | "rename" | "other";

export interface WatchOptions {
  readonly recursive: boolean;
  /**
   * Called with the paths that an event names; with null when events were lost, so that anything may have changed.
   * Reading a file is no change.
   */
  readonly onChange: (paths: readonly string[] | null, kind: ChangeKind) => void;
  /** Called when the watch has ended by itself: nothing more will be told. */
  readonly onLost: () => void;
  /** People may put anything there, also what would stop the watch: see pipes.ts. For folders that are quickly read. */
  readonly guardPipes?: boolean;
}

/** @returns null when a folder cannot be watched: it is not there, or the system has no watch left. */
export function watchFolder(path: string | readonly string[], options: WatchOptions): FolderWatch | null {
  let watcher: Deno.FsWatcher;
  const paths = [path].flat();
  const freePipes = () => {
    for (const one of options.guardPipes ? paths : []) keepPipesOpen(one, options.recursive);
  };
  freePipes();
  try {
    watcher = Deno.watchFs(paths, { recursive: options.recursive });
  } catch {
    return null;
  }
  let closed = false;
  const stopFreeing = options.guardPipes ? startBeats(PIPES_MS, freePipes) : () => {};
  const follow = async () => {
    try {
      for await (const event of watcher) {
        if (event.flag === "rescan") options.onChange(null, "other");
        else if (event.kind !== "access") {
          options.onChange(event.paths, event.kind === "any" ? "other" : event.kind);
        }
      }
    } catch {
      // Told below: a watch that fails has ended.
    }
    if (!closed) options.onLost();
  };
  follow();
  return {
    close: () => {
      closed = true;
      stopFreeing();
      freePipes();
      watcher.close();
    },
  };
}
