/** What the files of a home take, by the API. */
import { assert, assertEquals } from "../assert.ts";
import { Api } from "../support/api.ts";

Deno.test("api: records, logs and other data are counted apart", async () => {
  await using api = await Api.make();
  const files = { "data/dag-runs/a/one": 10, "logs/a/two": 200, "data/queue/three": 3000 };
  for (const [path, size] of Object.entries(files)) {
    await Deno.mkdir(`${api.home}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeFile(`${api.home}/${path}`, new Uint8Array(size));
  }
  const { parts, free } = await api.json("/services/disk");
  const sizes = Object.fromEntries(
    parts.map((part: { name: string; bytes: number }) => [part.name, part.bytes]),
  );
  assertEquals([sizes.runs, sizes.logs], [10, 200]);
  assert(sizes.other >= 3000 && free > 0);
});
