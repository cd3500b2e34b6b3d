import { assertEquals } from "../../tests/assert.ts";
import { Masker } from "../core/text/mask.ts";
import { maskedEvent } from "./masked_event.ts";

Deno.test("values are masked, and no name that the program goes by", () => {
  const masker = new Masker(["n", "run"]);
  const children = [{ dagRunId: "run-n", params: "A=run" }];
  assertEquals(
    maskedEvent({
      kind: "node",
      node: "init",
      patch: {
        stdout: "/n/run.log",
        error: "a run",
        outputs: { n: "run" },
        children,
        childrenRepeated: children,
      },
    }, masker),
    {
      kind: "node",
      node: "init",
      patch: {
        stdout: "/n/run.log",
        error: "a *******",
        outputs: { n: "*******" },
        children: [{ dagRunId: "run-n", params: "A=*******" }],
        childrenRepeated: [{ dagRunId: "run-n", params: "A=*******" }],
      },
    },
  );
  assertEquals(maskedEvent({ kind: "run", patch: { log: "/n", error: "n" } }, masker), {
    kind: "run",
    patch: { log: "/n", error: "*******" },
  });
});
