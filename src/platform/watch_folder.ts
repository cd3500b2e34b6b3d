/** Tells of changes below folders, as far as the system tells of them. */

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
}

/** @returns null when a folder cannot be watched: it is not there, or the system has no watch left. */
export function watchFolder(path: string | readonly string[], options: WatchOptions): FolderWatch | null {
  let watcher: Deno.FsWatcher;
  try {
    watcher = Deno.watchFs([path].flat(), { recursive: options.recursive });
  } catch {
    return null;
  }
  let closed = false;
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
      watcher.close();
    },
  };
}
