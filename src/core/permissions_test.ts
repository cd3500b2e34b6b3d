import { assertEquals } from "../../tests/assert.ts";
import {
  mergePermissions,
  mergeUses,
  missingPermissions,
  missingText,
  permissionKey,
} from "./permissions.ts";

Deno.test("missingPermissions() of no declaration is nothing", () => {
  assertEquals(missingPermissions({ net: ["a:80"] }, null), []);
});

Deno.test("missingPermissions() names what an empty declaration does not allow", () => {
  assertEquals(missingPermissions({ net: ["a:80"], read: ["/x"] }, {}), [
    { kind: "net", entry: "a:80" },
    { kind: "read", entry: "/x" },
  ]);
});

Deno.test("a host allows all its ports, a port only itself, a folder all below it", () => {
  assertEquals(missingPermissions({ net: ["A.example:443"] }, { net: ["a.example"] }), []);
  assertEquals(missingPermissions({ net: ["a:443"] }, { net: ["a:80"] }).length, 1);
  assertEquals(missingPermissions({ net: ["[::1]:443"] }, { net: ["[::1]"] }), []);
  assertEquals(missingPermissions({ read: ["/data/in/x"] }, { read: ["/data/in"] }), []);
  assertEquals(missingPermissions({ read: ["/data/inner"] }, { read: ["/data/in"] }).length, 1);
  assertEquals(missingPermissions({ write: ["/x"] }, { write: true }), []);
});

Deno.test("permissionKey() does not depend on the order of entries", () => {
  assertEquals(permissionKey({ net: ["b", "a"] }), permissionKey({ net: ["a", "b", "a"] }));
});

Deno.test("missingText() says how to grant it", () => {
  const text = missingText([{ kind: "net", entry: "h:1" }]);
  assertEquals(
    text,
    'Missing permission net "h:1": add it to the step\'s permissions, e.g. permissions: { net: ["h:1"] }',
  );
});

Deno.test("mergePermissions() leaves out what another entry covers", () => {
  assertEquals(
    mergePermissions({ net: ["b:80", "a"], read: ["/data/x"] }, { net: ["a:443"], read: ["/data"], env: [] }),
    { net: ["a", "b:80"], read: ["/data"] },
  );
  assertEquals(mergePermissions({ net: ["a:1"] }, { net: ["*"] }), { net: ["*"] });
});

Deno.test("mergeUses() keeps what could not be told", () => {
  const one = { permissions: { net: ["a:1"] }, unknown: "" };
  const other = { permissions: { net: ["b:1"] }, unknown: "no tracer" };
  assertEquals(mergeUses(null, one), one);
  assertEquals(mergeUses(one, other), { permissions: { net: ["a:1", "b:1"] }, unknown: "no tracer" });
  assertEquals(mergeUses(other, one).unknown, "no tracer");
});
