/** Tells of changes below a folder, as far as the system tells of them. */

export interface FolderWatch {
  close(): void;
}

export interface WatchOptions {
  readonly recursive: boolean;
  /**
   * Called with the paths that an event names; with null when events were lost, so that anything may have changed.
   * Reading a file is no change.
   */
  readonly onChange: (paths: readonly string[] | null) => void;
  /** Called when the watch has ended by itself: nothing more will be told. */
  readonly onLost: () => void;
}

/** @returns null when the folder cannot be watched: it is not there, or the system has no watch left. */
export function watchFolder(path: string, options: WatchOptions): FolderWatch | null {
  let watcher: Deno.FsWatcher;
  try {
    watcher = Deno.watchFs(path, { recursive: options.recursive });
  } catch {
    return null;
  }
  let closed = false;
  const follow = async () => {
    try {
      for await (const event of watcher) {
        if (event.flag === "rescan") options.onChange(null);
        else if (event.kind !== "access") options.onChange(event.paths);
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
