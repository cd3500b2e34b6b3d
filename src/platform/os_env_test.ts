import { assert, assertEquals } from "../../tests/assert.ts";
import { osEnv, withoutNodeShim } from "./os_env.ts";

Deno.test("the fake node of Deno is taken out of PATH", () => {
  assertEquals(
    withoutNodeShim({ PATH: "/cache/deno/node_compat_bin:/bin", DENO_NODE_SHIM_ACTIVE: "1", A: "b" }),
    { PATH: "/bin", A: "b" },
  );
  const plain = { PATH: "/x/node_compat_bin:/bin" };
  assert(withoutNodeShim(plain) === plain, "a folder of that name that the user put there stays");
});

Deno.test("the environment is read once", () => {
  assert(osEnv() === osEnv());
  assertEquals(osEnv().DENO_NODE_SHIM_ACTIVE, undefined);
});
