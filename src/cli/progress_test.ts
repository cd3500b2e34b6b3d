import { assert, assertEquals } from "../../tests/assert.ts";
import { fakeNode, fakeRecord, NOON } from "../../tests/support/cli_fakes.ts";
import { NodeStatus, RunStatus } from "../core/status.ts";
import { progressLines, startProgress } from "./progress.ts";

const pending = { status: NodeStatus.NotStarted, startedAt: 0, finishedAt: 0 } as const;
const record = fakeRecord([
  fakeNode("a"),
  fakeNode("b", { status: NodeStatus.Failed }),
  fakeNode("load", { status: NodeStatus.Running, finishedAt: 0, retryCount: 1 }),
  ...["c", "d", "e", "f"].map((name) => fakeNode(name, pending)),
], { status: RunStatus.Running, finishedAt: 0 });

Deno.test("progress: what runs, what is next, how much is done", () => {
  const lines = progressLines(record, NOON + 3000, 80, false, 0);
  assertEquals(lines[0], "⠋ etl  3.0s");
  assertEquals(lines[1], "  ▸ load  3.0s, try 2");
  assertEquals(lines[2], "  next: c, d, e, and 1 more");
  assert(lines[3]!.endsWith(" 2/7 done, 1 running, 1 failed"), lines[3]);
});

Deno.test("progress: no line is wider than the terminal", () => {
  const name = "日本語のとても長い名前".repeat(4);
  const wide = fakeRecord([fakeNode(name, { status: NodeStatus.Running, finishedAt: 0 })], { name });
  for (const columns of [10, 24, 40]) {
    for (const line of progressLines(wide, NOON, columns, false, 3)) {
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
  const lines = progressLines(fakeRecord(nodes), NOON, 80, false, 0);
  assert(lines.some((line) => line.trim() === "and 12 more"), lines.join("\n"));
});

Deno.test("progress: the picture is removed at the end, and the cursor is back", () => {
  let text = "";
  const progress = startProgress({
    out: (more) => void (text += more),
    err: () => {},
    ask: () => Promise.resolve(""),
    outIsTerminal: true,
    errIsTerminal: true,
    columns: () => 80,
    colour: false,
    now: () => NOON,
  });
  progress.onStart(record);
  progress.onEvent({ kind: "run", patch: {} }, record);
  progress.close();
  progress.close();
  assert(text.startsWith("\x1b[?25l"), JSON.stringify(text));
  assert(text.endsWith("\x1b[4A\r\x1b[J\x1b[?25h"), JSON.stringify(text));
});
