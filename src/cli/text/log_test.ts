import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { NOON } from "../../../tests/support/cli_fakes.ts";
import { logRecord } from "./log.ts";

Deno.test("log: text records quote what needs it", () => {
  const line = logRecord("text", NOON, "INFO", "Step started", {
    step: "a b",
    id: "x-1",
    p: ["A=1", "B"],
    e: "",
  });
  assertMatch(
    line,
    /^time=2026-01-31T\d\d:00:00\.000\S+ level=INFO msg="Step started" step="a b" id=x-1 p="\[A=1 B\]" e=""\n$/,
  );
  assertMatch(logRecord("text", NOON, "ERROR", "x", { err: 'a "b"\nc' }), / err="a \\"b\\"\\nc"\n$/);
});

Deno.test("log: JSON records", () => {
  const { time, ...rest } = JSON.parse(logRecord("json", NOON, "WARN", "m", { n: 3, l: ["a"] }));
  assertEquals(rest, { level: "WARN", msg: "m", n: 3, l: ["a"] });
  assertEquals(Date.parse(time), NOON);
});
