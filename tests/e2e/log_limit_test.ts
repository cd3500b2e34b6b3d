/** A step that never stops writing does not fill the disk. */
import { truncationNote } from "../../src/core/log_limit.ts";
import { sizeOf } from "../../src/platform/logs/log_files.ts";
import { assert, assertEquals } from "../assert.ts";
import { Home, until } from "../support/home.ts";

const LIMIT = 1_000_000;
const FLOW = `
maxLogSize: ${LIMIT}
workingDir: WORK
steps:
  - name: loud
    command: 'while test ! -e enough; do echo 0123456789; done; echo over > ended'
`;

function log(home: Home): string {
  return home.files(/\/dag-runs\/.*\/loud\.stdout\.log$/)[0] ?? "";
}

for (const [how, more] of [["itself", ""], ["through this program", "    stdout: copy\n"]]) {
  Deno.test(`log limit: what a step writes ${how} is cut off while it runs`, async () => {
    await using home = await Home.make();
    home.dag("flow", FLOW + more);
    const child = home.spawn(["start", "-q", "--run-id", "r", "flow"]);
    let largest = 0;
    let cuts = 0;
    let last = 0;
    await until(
      () => {
        const size = sizeOf(log(home));
        if (size < last) cuts++;
        largest = Math.max(largest, size);
        last = size;
        return cuts >= 3;
      },
      "the third cut",
      () => `${largest} bytes at most`,
    );
    Deno.writeTextFileSync(`${home.path}/work/enough`, "");
    assertEquals((await child.status).code, 0);
    assertEquals(home.marks("ended"), ["over"]);
    assertEquals(
      Deno.readTextFileSync(log(home)),
      "0123456789\n".repeat(LIMIT).slice(0, LIMIT) + truncationNote(LIMIT),
    );
    assert(largest > LIMIT);
  });
}
