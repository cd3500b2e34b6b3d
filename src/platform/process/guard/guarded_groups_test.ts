import { assertEquals, assertThrows } from "../../../../tests/assert.ts";
import { GuardedGroups } from "./guarded_groups.ts";

async function inFile(run: (groups: GuardedGroups, listed: () => string[]) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/groups`;
  try {
    const groups = new GuardedGroups(path);
    run(groups, () => Deno.readTextFileSync(path).split("\n").map((line) => line.trim()).filter(Boolean));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("guarded groups: those that run are in the file at once, those that ended go with the next one", () =>
  inFile((groups, listed) => {
    for (const pgid of [11, 222, 4194304]) groups.add(pgid);
    assertEquals(listed(), ["11", "222", "4194304"]);
    groups.remove(11);
    groups.remove(222);
    groups.remove(5);
    groups.add(33);
    assertEquals(listed().sort(), ["33", "4194304"]);
    groups.close();
  }));

Deno.test("guarded groups: the file is as long as what runs at once needs", () =>
  inFile((groups) => {
    for (let pgid = 100; pgid < 1000; pgid++) {
      groups.add(pgid);
      if (pgid >= 102) groups.remove(pgid - 2);
    }
    assertEquals(Deno.statSync(groups.path).size, 3 * 12);
    groups.close();
  }));

Deno.test("guarded groups: the file is its owner's alone, is not taken over, and goes", () =>
  inFile((groups) => {
    assertEquals(Deno.statSync(groups.path).mode! & 0o777, 0o600);
    assertThrows(() => new GuardedGroups(groups.path), Deno.errors.AlreadyExists);
    groups.close();
    assertThrows(() => Deno.statSync(groups.path), Deno.errors.NotFound);
  }));
