import { assertEquals } from "../../../tests/assert.ts";
import { inFolder } from "../../../tests/support/folder.ts";
import { KEPT_BYTES, LossyLog } from "./lossy_log.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("lossy log: what the disk has no room for is left out, and a note stands there", () =>
  inFolder((dir) => {
    let room = Infinity;
    const log = new LossyLog(`${dir}/log`, () => room);
    log.write(bytes("one\n"));
    room = KEPT_BYTES + 3;
    log.write(bytes("two\n"));
    log.write(bytes("three\n"));
    log.write(bytes("3\n"));
    room = 2 * KEPT_BYTES + 5;
    log.write(bytes("four\n"));
    room = KEPT_BYTES + 5;
    log.write(bytes("fives\n"));
    log.close();
    assertEquals(
      Deno.readTextFileSync(`${dir}/log`),
      "one\n\n[left out: 12 bytes, the disk is full]\nfour\n\n[left out: 6 bytes, the disk is full]\n",
    );
  }));

Deno.test("lossy log: nobody hears of a disk that refuses", () =>
  inFolder((dir) => {
    Deno.symlinkSync("/dev/full", `${dir}/log`);
    const log = new LossyLog(`${dir}/log`, () => Infinity);
    for (const text of ["a", "b"]) log.write(bytes(text));
    log.close();
  }));
