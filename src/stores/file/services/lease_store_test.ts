import { assertEquals } from "../../../../tests/assert.ts";
import { FileLeaseStore } from "./lease_store.ts";

Deno.test("leases: an owner whose sign of life is none counts as silent, and hinders nobody", async () => {
  const root = await Deno.makeTempDir({ prefix: "leases-" });
  try {
    const store = new FileLeaseStore(root);
    const owner = { host: "h", bootId: "b", pid: 1, startTime: "1", token: "t" };
    assertEquals(await store.claim(1, owner), true);
    const folder = [...Deno.readDirSync(root)].find(({ isDirectory }) => isDirectory)!.name;
    for (const target of ["/dev/zero", `${root}/${folder}/beat.json`, root]) {
      await Deno.symlink(target, `${root}/${folder}/beat.json`);
      assertEquals((await store.newest())?.beat, "", target);
      await Deno.remove(`${root}/${folder}/beat.json`);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
