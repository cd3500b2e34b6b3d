import { assert } from "../../../../tests/assert.ts";
import { logLine } from "./run_log.ts";

Deno.test("lines of the run's log", () => {
  const line = logLine(1_700_000_000_000, "INFO", "Step started", {
    step: "a",
    error: 'x "y"\n',
    empty: "",
    n: "1=2",
  });
  assert(
    /^time=\S+\.000\S+ level=INFO msg="Step started" step=a error="x \\"y\\"\\n" empty="" n="1=2"\n$/.test(
      line,
    ),
    line,
  );
});
