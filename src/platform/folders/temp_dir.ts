/** A folder of one's own for a while. */
export interface TempDir {
  readonly path: string;
  remove(): Promise<void>;
}

export async function openTempDir(): Promise<TempDir> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "dagu-" }));
  return { path, remove: () => Deno.remove(path, { recursive: true }) };
}

/** Runs something with a folder of its own that is removed afterwards. */
export async function withTempDir<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await openTempDir();
  try {
    return await run(folder.path);
  } finally {
    await folder.remove();
  }
}
