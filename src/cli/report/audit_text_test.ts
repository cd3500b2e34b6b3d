import { assertEquals } from "../../../tests/assert.ts";
import { fakeNode, fakeRecord } from "../../../tests/support/cli_fakes.ts";
import { auditText } from "./audit_text.ts";

const used = (permissions: Record<string, string[]>, unknown = "") => ({ used: { permissions, unknown } });

Deno.test("audit: blocks for the DAG, each step and handler; what is not known as comments", () => {
  const parent = fakeRecord([
    fakeNode("fetch", used({ net: ["a:443"] })),
    fakeNode("calc", used({})),
    fakeNode("build", used({ run: ["cc", "ld"], net: ["*"] }, "no tracer")),
    fakeNode("later"),
  ], { name: "etl", handlers: { exit: fakeNode("onExit", used({ read: ['/a "b"'] }, "no tracer")) } });
  const child = (net: string) => fakeRecord([fakeNode("get", used({ net: [net] }))], { name: "child" });
  assertEquals(
    auditText([parent, child("b:1"), child("a:1")]),
    `# Permissions that were used by the DAG "etl": all of its steps together
permissions:
  net: true
  read: ["/a \\"b\\""]
  run: ["cc", "ld"]
# and one by one
steps:
  - name: "fetch"
    permissions:
      net: ["a:443"]
  - name: "calc"
    permissions: {}
  - name: "build"
    permissions:
      net: true
      run: ["cc", "ld"]
handlerOn:
  exit:
    permissions:
      read: ["/a \\"b\\""]
# "build", "exit": no tracer
# "later": did not run, or needs no permission of its own
---
# Permissions that were used by the DAG "child": all of its steps together
permissions:
  net: ["a:1", "b:1"]
# and one by one
steps:
  - name: "get"
    permissions:
      net: ["a:1", "b:1"]
`,
  );
});
