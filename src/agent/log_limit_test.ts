import { assertEquals } from "../../tests/assert.ts";
import { truncationNote } from "../core/log_limit.ts";
import { pause } from "../platform/time/timer.ts";
import { LogLimit } from "./log_limit.ts";
import { inFolder } from "../../tests/support/folder.ts";

const NOTE = truncationNote(10);

async function withFiles(body: (out: string, err: string) => Promise<void> | void): Promise<void> {
  await inFolder((dir) => body(`${dir}/out`, `${dir}/err`));
}

function add(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { append: true });
}

Deno.test("log limit: the head stays, a note says that there was more", () =>
  withFiles((out, err) => {
    const limit = new LogLimit([out, err], 10);
    add(out, "0123456789");
    add(err, "0123456789a");
    limit.settle();
    assertEquals(Deno.readTextFileSync(out), "0123456789");
    assertEquals(Deno.readTextFileSync(err), `0123456789${NOTE}`);
  }));

Deno.test("log limit: executions after each other leave one note", () =>
  withFiles((out) => {
    const limit = new LogLimit([out, out], 10);
    for (const text of ["0123456789a", "bcd", "efg"]) {
      add(out, text);
      limit.settle();
    }
    assertEquals(Deno.readTextFileSync(out), `0123456789${NOTE}`);
  }));

Deno.test("log limit: a file is cut off while it is written to", () =>
  withFiles(async (out, err) => {
    const limit = new LogLimit([out, err], 10);
    using file = Deno.openSync(out, { append: true, create: true });
    const write = (text: string) => file.writeSync(new TextEncoder().encode(text));
    write("0123456789abc");
    limit.watch();
    for (const text of ["", "def"]) {
      write(text);
      while (file.statSync().size > 10) await pause(10);
    }
    limit.settle();
    assertEquals(Deno.readTextFileSync(out), `0123456789${NOTE}`);
  }));

Deno.test("log limit: what is kept for now stays until it settles", () =>
  withFiles(async (out, err) => {
    const limit = new LogLimit([out, err], 10);
    add(out, "0123456789abc");
    add(err, "0123456789abc");
    limit.watch(12);
    while (Deno.statSync(err).size > 10) await pause(10);
    assertEquals(Deno.readTextFileSync(out), "0123456789ab");
    limit.settle();
    assertEquals(Deno.readTextFileSync(out), `0123456789${NOTE}`);
  }));
