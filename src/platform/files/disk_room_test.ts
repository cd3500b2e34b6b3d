import { assert, assertEquals } from "../../../tests/assert.ts";
import { inFolder } from "../../../tests/support/folder.ts";
import { freeBytes } from "./disk_room.ts";

Deno.test({
  name: "disk room: what df says, and no bound where nothing can be told",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (dir) => {
      const { stdout } = await new Deno.Command("df", { args: ["-PB1", dir] }).output();
      const [, , , available] = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!.split(/\s+/);
      const off = Math.abs(freeBytes(dir) - Number(available));
      assert(off < 1 << 30, `df says ${available}, we say ${freeBytes(dir)}`);
      assertEquals(freeBytes(`${dir}/missing`), Infinity);
      assertEquals(freeBytes("/proc"), Infinity);
    }),
});
