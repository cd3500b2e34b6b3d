/** Tells of changes in folders. */

/** A change of the file system. */
export interface Change {
  /** "lost" when the system could not keep up: anything may have changed. */
  readonly kind: "create" | "modify" | "remove" | "rename" | "lost";
  /** Absolute; [] when lost. */
  readonly paths: readonly string[];
}

/**
 * Calls back for changes in folders, which must exist, and everything below them.
 * @param failed told once when there is nothing more to come, because the system ended it
 * @returns what ends the look-out
 * @throws when the system refuses to watch.
 */
export function watchFolders(
  folders: readonly string[],
  changed: (change: Change) => void,
  failed: (error: unknown) => void = () => {},
): () => void {
  const watcher = Deno.watchFs([...folders], { recursive: true });
  let closed = false;
  (async () => {
    for await (const { kind, paths, flag } of watcher) {
      if (flag === "rescan") changed({ kind: "lost", paths: [] });
      else if (kind === "create" || kind === "modify" || kind === "remove" || kind === "rename") {
        changed({ kind, paths });
      }
    }
  })().catch((error) => {
    if (!closed) failed(error);
  });
  return () => {
    closed = true;
    watcher.close();
  };
}
