import { assert, assertEquals } from "../../../tests/assert.ts";
import { fakeNode, fakeRecord, NOON } from "../../../tests/support/cli_fakes.ts";
import type { RunRecord } from "../../core/run.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import { statusPainter } from "../text/colour.ts";
import { renderTree, type TreeOptions } from "./tree.ts";

function tree(
  record: RunRecord,
  logs: Record<string, string> = {},
  options: Partial<TreeOptions> = {},
): string {
  const text = renderTree(record, {
    now: NOON + 5000,
    readTail: (path) => path in logs ? { text: logs[path]!, skipped: 0 } : null,
    columns: 0,
    permissions: false,
    paint: (word) => word,
    ...options,
  });
  return text.replace(/ - \d{4}-.*/, " - TIME");
}

Deno.test("tree: commands, output, sub-runs and errors of each step", () => {
  const record = fakeRecord([
    fakeNode("one", { stdout: "/1.out", stderr: "/1.err" }),
    fakeNode("two", { stdout: "/2.out" }, {
      commands: [{ text: "seq 2", args: null }, { text: "cp", args: ["a b", "c"] }],
    }),
    fakeNode("three", { children: [{ dagRunId: "S1", params: "X=1" }, { dagRunId: "S2", params: "" }] }, {
      commands: [],
    }),
    fakeNode("four", {
      status: NodeStatus.Failed,
      stderr: "/4.err",
      error: "exit status 3\nrecent stderr (tail):\nbad",
    }),
    fakeNode("five", { status: NodeStatus.Aborted, startedAt: 0, finishedAt: 0, error: "upstream failed" }),
    fakeNode("six", { status: NodeStatus.NotStarted, startedAt: 0, finishedAt: 0 }),
  ], { status: RunStatus.Failed });
  assertEquals(
    tree(record, { "/1.out": "hi\n", "/1.err": "warn\n", "/2.out": "1\n  2\n\n", "/4.err": "bad\n" }),
    `Failed - TIME

dag: etl (2.0s)
│
├─one (1.5s) [succeeded]
│ ├─echo one
│ │
│ ├─stdout: hi
│ └─stderr: warn
│ 
├─two (1.5s) [succeeded]
│ ├─seq 2
│ ├─cp a b c
│ │
│ └─stdout:
│     1
│       2
│ 
├─three (1.5s) [succeeded]
│ ├─subdag: S1 [X=1]
│ └─subdag: S2
│ 
├─four (1.5s) [failed]
│ ├─echo four
│ │
│ ├─stderr: bad
│ │
│ └─error: exit status 3
│ 
├─five [aborted]
│ 
└─six

Result: Failed
`,
  );
});

Deno.test("tree: a live run says status instead of result, and how long it has been going", () => {
  const record = fakeRecord([fakeNode("w", { status: NodeStatus.Running, finishedAt: 0 })], {
    status: RunStatus.Running,
    finishedAt: 0,
  });
  assertEquals(
    tree(record),
    "Running - TIME\n\ndag: etl (5.0s)\n│\n└─w (5.0s) [running]\n  └─echo w\n\nStatus: Running\n",
  );
});

Deno.test("tree: no steps, partial success, an error of the run itself", () => {
  const record = fakeRecord([], {
    status: RunStatus.PartiallySucceeded,
    error: "secret MISSING has no value",
  });
  assertEquals(
    tree(record),
    "Partially Succeeded - TIME\n\ndag: etl (2.0s)\n\nerror: secret MISSING has no value\n\n" +
      "Result: Partially Succeeded\n",
  );
});

Deno.test("tree: commands as they were run, long scripts by their first line", () => {
  const shown = { commands: ["echo 5", "for i in 1\ndo x\ndone"], script: "" };
  const text = tree(fakeRecord([fakeNode("s", { shown })]));
  assert(text.includes("├─echo 5\n  └─for i in 1 …\n"), text);
});

Deno.test("tree: only the last 50 lines of output, and how many are left out", () => {
  const lines = Array.from({ length: 120 }, (_, i) => `line ${i + 1}`).join("\n");
  const record = fakeRecord([fakeNode("s", { stdout: "/o" })]);
  const text = tree(record, { "/o": `${lines}\n` });
  assert(text.includes("stdout: ... (70 more lines)\n      line 71\n"), text);
  assert(!text.includes("line 70\n"), text);
  const big = tree(record, {}, { readTail: () => ({ text: "ut\nlast\n", skipped: 5_000_000 }) });
  assert(big.includes("stdout: ... (5.0 MB and more before, all of it in /o)\n      last\n"), big);
});

Deno.test("tree: merged output is shown once; blank output is not shown", () => {
  const text = tree(
    fakeRecord([fakeNode("s", { stdout: "/o", stderr: "/o" }), fakeNode("t", { stdout: "/b" })]),
    {
      "/o": "x\n",
      "/b": "\n \n",
    },
  );
  assertEquals(text.match(/stdout/g)?.length, 1);
  assert(!text.includes("stderr"));
});

Deno.test("tree: output cannot drive the terminal", () => {
  const record = fakeRecord([fakeNode("s", { stdout: "/o" })]);
  const text = tree(record, {
    "/o": "a\x1b[31mred\x1b[0m\x1b]0;title\x07\x07b\r\n10%\r20%\r\n\x9b2J\u202eevil\n",
  });
  assert(text.includes("ared\\x07b\n"), JSON.stringify(text));
  assert(text.includes("    20%\n"), JSON.stringify(text));
  assert(text.includes("\\x9b2J\\u202eevil"), JSON.stringify(text));
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text), JSON.stringify(text));
});

Deno.test("tree: long lines are wrapped on a terminal only", () => {
  const record = fakeRecord([fakeNode("s", { stdout: "/o" })]);
  const logs = { "/o": "x".repeat(100) };
  assert(tree(record, logs).includes(`stdout: ${"x".repeat(100)}\n`));
  const narrow = tree(record, logs, { columns: 48 });
  assert(
    narrow.includes(`stdout:\n      ${"x".repeat(40)}\n      ${"x".repeat(40)}\n      ${"x".repeat(20)}\n`),
  );
});

Deno.test("tree: a failed handler is named below the steps", () => {
  const exit = fakeNode("onExit", { status: NodeStatus.Failed, error: "exit status 1\nmore" });
  const text = tree(fakeRecord([fakeNode("s")], { handlers: { exit }, status: RunStatus.Failed }));
  assert(text.includes("\nhandler onExit: exit status 1\n\nResult: Failed\n"), text);
});

Deno.test("tree: colours by status when wanted", () => {
  const text = tree(fakeRecord([fakeNode("s")]), {}, { paint: statusPainter(true) });
  assert(text.includes("[\x1b[32msucceeded\x1b[39m]"), JSON.stringify(text));
});

Deno.test("tree: what confined steps held, where it is asked for", () => {
  const record = fakeRecord([
    fakeNode("free"),
    fakeNode("narrow", { permissions: { net: ["a:443"], read: ["*"] } }),
    fakeNode("tight", { permissions: {} }),
  ]);
  const lines = (permissions: boolean) =>
    tree(record, {}, { permissions }).split("\n").filter((line) => line.includes("permissions"));
  assertEquals(lines(false), []);
  assertEquals(lines(true), [
    '│ └─permissions: { net: ["a:443"], read: true }',
    "  └─permissions: none",
  ]);
});
