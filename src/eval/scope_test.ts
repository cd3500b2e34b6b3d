import { assert, assertEquals } from "../../tests/assert.ts";
import { fitEnvironment } from "./environment.ts";
import { Scope } from "./scope.ts";

Deno.test("the layers win in one order, for text and for processes", () => {
  const names = ["dagEnv", "dotenv", "secrets", "outputs", "params", "run", "step", "env"];
  const layers = Object.fromEntries(names.map((name, index) => {
    // Layer n holds A0 .. An, so the strongest layer that has a name is the one that it is called by.
    return [name, new Map(names.slice(index).map((other) => [`V_${other}`, name]))];
  }));
  const reversed = Object.fromEntries(names.map((name, index) => {
    return [name, new Map(names.slice(0, index + 1).map((other) => [`V_${other}`, name]))];
  }));
  for (const set of [layers, reversed]) {
    const scope = new Scope({ ...set, host: { V_dagEnv: "host", HOSTED: "h" } }).child({
      env: set.env,
      step: set.step,
    });
    const { env } = scope.environment();
    for (const name of names) {
      const strongest = names.filter((layer) => set[layer].has(`V_${name}`)).at(-1);
      assertEquals(scope.get(`V_${name}`), strongest);
      assertEquals(env[`V_${name}`], strongest);
    }
    assertEquals([scope.get("HOSTED"), env.HOSTED], [undefined, "h"]);
  }
});

Deno.test("outputs that come later are seen", () => {
  const outputs = new Map([["J", '{"a":1}']]);
  const scope = new Scope({ outputs }).child({});
  assertEquals(scope.path("J", "a"), "1");
  outputs.set("J", '{"a":2}').set("NEW", "x");
  assertEquals([scope.path("J", "a"), scope.get("NEW")], ["2", "x"]);
});

Deno.test("what shells do not look at is replaced only for values of the run and the step", () => {
  const one = new Map([["P", "1"]]);
  assertEquals(new Scope({ params: one }).splices("P"), true);
  assertEquals(new Scope({}).child({ env: one }).splices("P"), true);
  assertEquals(new Scope({ dagEnv: one, secrets: one, dotenv: one }).splices("P"), false);
});

Deno.test("paths: odd keys, colons, prototypes", () => {
  const scope = new Scope({
    params: new Map([["J", '{"a:1":"x","k k":[[1,2]],"t":"hello"}'], ["T", "text"]]),
  });
  assertEquals(
    ["a:1", "t:1:3", '["k k"][0][1]', "k", "__proto__", "constructor", "t.x"].map((path) =>
      scope.path("J", path)
    ),
    [
      "x",
      "ell",
      "2",
      "",
      "",
      "",
      "",
    ],
  );
  assertEquals([scope.path("J", "a b"), scope.path("T", "x"), scope.path("NO", "x")], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("an environment keeps within the limits of the system", () => {
  const big = "é".repeat(70_000);
  const many = Array.from({ length: 40 }, (_, n): [string, string] => [`N${n}`, "x".repeat(60_000)]);
  const { env, large } = fitEnvironment([["BIG", big], ["SMALL", "ü\0b"], ["", "x"], ["A=B", "x"], ...many]);
  assertEquals(large.BIG, big);
  assertEquals(env.SMALL, "übü".slice(0, 2));
  assert(!("" in env) && !("A=B" in env));
  const total = Object.entries(env).reduce((sum, [name, value]) => sum + name.length + value.length + 10, 0);
  assert(total <= 1.5 * 1024 * 1024 && total > 1.4 * 1024 * 1024, `${total}`);
  assertEquals(Object.keys(env).length + Object.keys(large).length, 42);
});
