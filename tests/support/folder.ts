/** Does the work in a folder of its own, of which nothing is left. Its path has no links. */
export async function inFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "test-" }));
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
