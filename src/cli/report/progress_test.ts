import { assert, assertEquals } from "../../../tests/assert.ts";
import { fakeNode, fakeRecord, NOON } from "../../../tests/support/cli_fakes.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import type { Console } from "../command.ts";
import { progressLines, startProgress } from "./progress.ts";

const VIEW = { columns: 80, rows: 24, colour: false };
const pending = { status: NodeStatus.NotStarted, startedAt: 0, finishedAt: 0 } as const;
const record = fakeRecord([
  fakeNode("a"),
  fakeNode("b", { status: NodeStatus.Failed }),
  fakeNode("load", { status: NodeStatus.Running, finishedAt: 0, retryCount: 1 }),
  ...["c", "d", "e", "f"].map((name) => fakeNode(name, pending)),
], { status: RunStatus.Running, finishedAt: 0 });

Deno.test("progress: what runs, what is next, how much is done", () => {
  const lines = progressLines(record, NOON + 3000, VIEW, 0);
  assertEquals(lines[0], "⠋ etl  3.0s");
  assertEquals(lines[1], "  ▸ load  3.0s, try 2");
  assertEquals(lines[2], "  next: c, d, e, and 1 more");
  assert(lines[3]!.endsWith(" 2/7 done, 1 running, 1 failed"), lines[3]);
});

Deno.test("progress: no line is wider than the terminal", () => {
  const name = "日本語のとても長い名前".repeat(4);
  const wide = fakeRecord([fakeNode(name, { status: NodeStatus.Running, finishedAt: 0 })], { name });
  for (const columns of [10, 24, 40]) {
    for (const line of progressLines(wide, NOON, { ...VIEW, columns }, 3)) {
      const cells = [...line].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2fff ? 2 : 1), 0);
      assert(cells < Math.max(11, columns), `${columns}: ${cells} ${line}`);
    }
  }
});

Deno.test("progress: many running steps are summed up", () => {
  const nodes = Array.from(
    { length: 20 },
    (_, i) => fakeNode(`s${i}`, { status: NodeStatus.Running, finishedAt: 0 }),
  );
  const lines = progressLines(fakeRecord(nodes), NOON, VIEW, 0);
  assert(lines.some((line) => line.trim() === "and 12 more"), lines.join("\n"));
  assert(progressLines(fakeRecord(nodes), NOON, { ...VIEW, rows: 8 }, 0).length < 8);
});

function fakeTerminal(): { console: Console; text: () => string; drawn: Promise<void> } {
  let text = "";
  const { promise: drawn, resolve } = Promise.withResolvers<void>();
  const console: Console = {
    out(more) {
      text += more;
      resolve();
    },
    err: () => {},
    ask: () => Promise.resolve(""),
    outIsTerminal: true,
    errIsTerminal: true,
    columns: () => 80,
    rows: () => 24,
    colour: false,
    now: () => NOON,
  };
  return { console, text: () => text, drawn };
}

Deno.test("progress: the picture is removed at the end, and the cursor is back", async () => {
  const { console, text, drawn } = fakeTerminal();
  const progress = startProgress(console);
  progress.onStart(record);
  progress.onEvent({ kind: "run", patch: {} }, record);
  await drawn;
  progress.close();
  progress.close();
  assert(text().startsWith("\x1b[?25l⠋ etl"), JSON.stringify(text()));
  assert(text().endsWith("\x1b[4A\r\x1b[J\x1b[?25h"), JSON.stringify(text()));
});

Deno.test("progress: a run that ends at once is not drawn", () => {
  const { console, text } = fakeTerminal();
  const progress = startProgress(console);
  progress.onStart(record);
  progress.close();
  assertEquals(text(), "");
});
