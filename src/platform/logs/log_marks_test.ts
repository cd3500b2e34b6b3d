import { assertEquals } from "../../../tests/assert.ts";
import { LogMarkWriter, readLogMarks } from "./log_marks.ts";
import { inFolder } from "../../../tests/support/folder.ts";

const sizes = (stdout: string) => readLogMarks(stdout).map((mark) => [mark.stdout.size, mark.stderr.size]);

Deno.test("log marks: a mark when a stream has grown, with the time of its last write", () =>
  inFolder((dir) => {
    const [stdout, stderr] = [`${dir}/a.stdout.log`, `${dir}/a.stderr.log`];
    const marks = new LogMarkWriter(stdout, stderr, 0);
    const add = (path: string, text: string) => Deno.writeTextFileSync(path, text, { append: true });
    marks.look(0);
    assertEquals(readLogMarks(stdout), []);
    add(stdout, "one\n");
    marks.look(0);
    marks.look(0);
    add(stderr, "two\n");
    Deno.utimeSync(stderr, 0, 86_400);
    marks.look(0);
    assertEquals(sizes(stdout), [[4, 0], [4, 4]]);
    assertEquals(readLogMarks(stdout)[1]!.stderr.time, 86_400_000);
    assertEquals(Deno.statSync(`${stdout}.marks`).mode! & 0o777, 0o600);
  }));

Deno.test("log marks: streams that share one file are one", () =>
  inFolder((dir) => {
    const path = `${dir}/a.log`;
    Deno.writeTextFileSync(path, "one\n");
    new LogMarkWriter(path, path, 0).look(0);
    assertEquals(sizes(path), [[4, 0]]);
  }));

Deno.test("log marks: no more than a thousand at once, and one a second", () =>
  inFolder((dir) => {
    const path = `${dir}/a.log`;
    const marks = new LogMarkWriter(path, path, 0);
    for (let i = 0; i < 1200; i++) {
      Deno.writeTextFileSync(path, "x\n", { append: true });
      marks.look(1000 * 10);
    }
    assertEquals(readLogMarks(path).length, 1010);
  }));

Deno.test("log marks: lines that are none are left out, and what was cut off", () =>
  inFolder((dir) => {
    const path = `${dir}/a.log`;
    Deno.writeTextFileSync(`${path}.marks`, "2 1 0 0\n5 1 0 0\nnonsense\n9 2 0 0\n3 3 0 0\n4 4 0 0\n7 5 0");
    assertEquals(sizes(path), [[2, 0], [3, 0], [4, 0]]);
    assertEquals(readLogMarks(`${dir}/other.log`), []);
  }));
