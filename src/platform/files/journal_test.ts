import { assert, assertEquals } from "../../../tests/assert.ts";
import { Journal } from "./journal.ts";

function inFile(run: (path: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = Deno.makeTempDirSync();
    try {
      await run(`${folder}/events.jsonl`);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

Deno.test(
  "lines are in the file as soon as append returns",
  inFile(async (path) => {
    const journal = Journal.open(path);
    journal.append("one");
    journal.append("zwei ü");
    assertEquals(Deno.readTextFileSync(path), "one\nzwei ü\n");
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    await journal.close();
    await journal.close();
  }),
);

Deno.test(
  "a torn end is closed off before the next line",
  inFile(async (path) => {
    Deno.writeTextFileSync(path, "whole\nto");
    const journal = Journal.open(path);
    journal.append("next");
    journal.append("last");
    await journal.close();
    assertEquals(Deno.readTextFileSync(path), "whole\nto\nnext\nlast\n");
  }),
);

Deno.test(
  "flushes that overlap are shared and all resolve",
  inFile(async (path) => {
    const journal = Journal.open(path);
    await journal.flush();
    journal.append("1");
    const first = journal.flush();
    assert(first === journal.flush(), "nothing new was appended: the running one is enough");
    journal.append("2");
    const second = journal.flush();
    journal.append("3");
    assert(second !== first && second === journal.flush(), "later lines need the next one, which is shared");
    await Promise.all([first, second]);
    await journal.close();
    assertEquals(Deno.readTextFileSync(path), "1\n2\n3\n");
  }),
);

Deno.test(
  "several writers of one file do not tear lines",
  inFile(async (path) => {
    const journals = [Journal.open(path), Journal.open(path)];
    const line = "x".repeat(5000);
    for (let i = 0; i < 50; i++) for (const journal of journals) journal.append(line);
    await Promise.all(journals.map((journal) => journal.close()));
    const lines = Deno.readTextFileSync(path).trimEnd().split("\n");
    assertEquals(lines.length, 100);
    assert(lines.every((found) => found === line));
  }),
);

Deno.test(
  "changes that follow each other fast share a flush, which comes by itself",
  inFile(async (path) => {
    const journal = Journal.open(path);
    journal.append("1");
    await journal.flushSoon();
    journal.append("2");
    const soon = journal.flushSoon();
    journal.append("3");
    assert(soon === journal.flushSoon(), "the one that is due is enough");
    await soon;
    journal.append("4");
    assert(soon !== journal.flushSoon(), "it has been");
    await journal.close();
    assertEquals(Deno.readTextFileSync(path), "1\n2\n3\n4\n");
  }),
);
