import { assertEquals } from "../../../tests/assert.ts";
import { hostName } from "../../platform/process/identity.ts";
import { leftTasks } from "./left_tasks.ts";

Deno.test("folders of tasks that an earlier worker of that name had, and all of one that is no more", async () => {
  const root = await Deno.makeTempDir();
  try {
    const child = new Deno.Command("true").spawn();
    await child.status;
    const gone = `${hostName()}@${child.pid}`;
    for (
      const path of ["w/a-1", "w/b-1", "other/c-1", `${gone}/d-1`, `${hostName()}@${Deno.pid}/e-1`, "x@1/f-1"]
    ) Deno.mkdirSync(`${root}/${path}`, { recursive: true });
    assertEquals(leftTasks(root, "w", new Set(["b-1"])).sort(), [`${root}/${gone}`, `${root}/w/a-1`].sort());
    assertEquals(leftTasks(`${root}/none`, "w", new Set()), []);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
