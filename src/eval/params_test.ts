import { assertEquals, assertMatch, assertRejects } from "../../tests/assert.ts";
import type { Param } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import { formatEntries, parseParams } from "../core/text/params_text.ts";
import { type ResolvedParams, resolveParams } from "./params.ts";
import { Scope } from "./scope.ts";

const SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  properties: {
    count: { type: "integer", maximum: 10 },
    mode: { enum: ["fast", "slow", 3] },
    level: { type: "integer", default: 2 },
    list: { type: "array", items: { type: "number" } },
    name: { type: "string", pattern: "^(\\w+)+$" },
    word: { type: "string", pattern: "^[a-z]" },
    on: { type: "boolean" },
  },
  additionalProperties: false,
};

const commands = { run: () => Promise.resolve({ exitCode: 0, stdout: "ran\n", stderr: "" }) };

function resolve(
  defaults: string,
  override: string | null,
  schema = "",
  given?: string,
): Promise<ResolvedParams> {
  return resolveParams(
    { defaults: parseParams(defaults), schema },
    override === null ? null : parseParams(override),
    {
      variables: new Scope({ dagEnv: new Map([["ROOT", "/opt"]]) }),
      options: { os: { HOME: "/root" }, commands },
      loadSchema: (ref) =>
        ref === "s" ? Promise.resolve(SCHEMA) : Promise.reject(new DaguError(`No schema "${ref}"`)),
      given,
    },
  );
}

async function texts(defaults: string, override: string | null): Promise<string[]> {
  return formatEntries((await resolve(defaults, override)).params);
}

Deno.test("defaults are evaluated in order", async () => {
  assertEquals(await texts("BASE=${ROOT}/srv DIR=${BASE}/data N=`x` H=$HOME", null), [
    "BASE=/opt/srv",
    "DIR=/opt/srv/data",
    "N=ran",
    "H=/root",
  ]);
});

Deno.test("the override goes by name and position and is never evaluated", async () => {
  assertEquals(await texts("A=1 B=2", "B=`x`$HOME C=3"), ["A=1", "B=`x`$HOME", "C=3"]);
  assertEquals(await texts("one two three", "uno"), ["1=uno", "2=two", "3=three"]);
  assertEquals(await texts("x A=1 y", "p q"), ["1=p", "A=1", "3=y", "2=q"]);
  assertEquals(await texts("A=1", "foo"), ["A=1", "1=foo"]);
  assertEquals(await texts("BASE=/srv DIR=${BASE}/data", "BASE=/x"), ["BASE=/x", "DIR=/srv/data"]);
});

Deno.test("parameters as JSON", async () => {
  assertEquals((await resolve('b=1 a="x y" p', null)).json, '{"3":"p","a":"x y","b":"1"}');
  assertEquals((await resolve("", null)).json, "");
  assertEquals((await resolve("A=1", '{"A": 2}', "", '{"A": 2}')).json, '{"A": 2}');
});

Deno.test("a schema converts, completes and refuses", async () => {
  const good = await resolve("count=4 mode=3", "on=true list=[1,2] name=12 count=007", "s");
  assertEquals(formatEntries(good.params), [
    "count=007",
    "mode=3",
    "on=true",
    "list=[1,2]",
    "name=12",
    "level=2",
  ]);
  for (
    const [override, says] of [
      ["count=99", "count: maximum"],
      ["count=x", "count: type: must be integer"],
      [
        "mode=medium",
        'mode: enum: must be equal to one of the allowed values ["fast","slow",3], got "medium"',
      ],
      ["other=1", "other"],
      ['list=["a"]', "list/0"],
    ]
  ) {
    const error = await assertRejects(
      () => resolve("", override, "s"),
      DaguError,
      "Parameter validation failed: ",
    );
    assertEquals(error.message.includes(says), true, error.message);
  }
  await assertRejects(() => resolve("", null, "absent.json"), DaguError, "absent.json");
});

Deno.test("patterns of a schema take time in proportion to the value, and cannot look around", async () => {
  const long = "a".repeat(50_000);
  assertEquals((await resolve("", `name=${long} word=x`, "s")).params.length, 3);
  const error = await assertRejects(() => resolve("", `name="${long}-" word=x`, "s"), DaguError);
  assertMatch(
    error.message,
    /^Parameter validation failed: name: pattern: must match pattern "\^\(\\w\+\)\+\$"/,
  );
  await assertRejects(() => resolve("", "word=X", "s"), DaguError, "word: pattern");
});

Deno.test("a variable that has programs run what it says is a parameter only where it is declared", async () => {
  const refused = ["PATH=/x", "BASH_ENV='$(id)'", "LD_PRELOAD=/x.so"];
  for (const given of [...refused, '{"NODE_OPTIONS":"--require=/x"}', '{"BASH_FUNC_ls%%":"() { id; }"}']) {
    for (const defaults of ["", "A=1"]) {
      await assertRejects(() => resolve(defaults, given), DaguError, "the definition has to declare it");
    }
  }
  assertEquals(await texts("PATH=/bin", "PATH=/x"), ["PATH=/x"]);
  assertEquals(await texts("", "ENV=prod HOME=/h LDAP=x"), ["ENV=prod", "HOME=/h", "LDAP=x"]);
  const schema = { type: "object", properties: { PATH: { type: "string" } } };
  const declared = (given: string) =>
    resolveParams({ defaults: [], schema: "own" }, parseParams(given), {
      variables: new Scope({}),
      options: { os: {}, commands },
      loadSchema: () => Promise.resolve(schema),
    });
  assertEquals(formatEntries((await declared("PATH=/x OTHER=1")).params), ["PATH=/x", "OTHER=1"]);
  await assertRejects(() => declared("BASH_ENV=x"), DaguError, "BASH_ENV");
});

Deno.test("NUL is refused", async () => {
  const params: Param[] = [{ name: "A", value: "a\0b" }];
  const context = { variables: new Scope({}), options: {}, loadSchema: () => Promise.resolve({}) };
  await assertRejects(() => resolveParams({ defaults: [], schema: "" }, params, context), DaguError, '"A"');
});
