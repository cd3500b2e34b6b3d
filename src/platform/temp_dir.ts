/** Runs something with a folder of its own that is removed afterwards. */
export async function withTempDir<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "dagu-" }));
  try {
    return await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
