import { assert, assertEquals } from "../../tests/assert.ts";
import type { Condition } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import { evaluateConditions } from "./conditions.ts";
import { Scope } from "./scope.ts";

const context = {
  variables: new Scope({ dagEnv: new Map([["STAGE", "prod"]]) }),
  options: {
    os: {},
    commands: { run: () => Promise.resolve({ exitCode: 3, stdout: "", stderr: "" }) },
  },
  runShell: (text: string) => {
    if (text === "none") return Promise.reject(new DaguError("Cannot start sh"));
    return Promise.resolve({ exitCode: Number(text.split(" ")[1]) });
  },
};

function condition(text: string, expected = "", negate = false): Condition {
  return { condition: text, expected, negate };
}

async function errors(...conditions: Condition[]): Promise<string[]> {
  return (await evaluateConditions(conditions, context)).map((result) => result.error);
}

Deno.test("comparison, command and negation", async () => {
  assertEquals(
    await errors(condition("$STAGE", "prod"), condition("exit 0"), condition("exit 2", "", true)),
    ["", "", ""],
  );
  assertEquals(await errors(condition("${STAGE}", "dev")), [
    'condition was not met: expected "dev", got "prod"',
  ]);
  assertEquals(await errors(condition("exit 4")), ["condition was not met: exit status 4"]);
  assertEquals(
    (await errors(condition("$STAGE", "prod", true)))[0].startsWith("condition was not met"),
    true,
  );
});

Deno.test("all are evaluated and those that hold are told apart", async () => {
  assertEquals(await errors(condition("exit 0"), condition("a", "b"), condition("exit 4")), [
    "other condition was not met",
    'condition was not met: expected "b", got "a"',
    "condition was not met: exit status 4",
  ]);
});

Deno.test("what cannot be evaluated is an error, negated or not", async () => {
  for (const negate of [false, true]) {
    const [error] = await errors(condition("`exit 3`", "x", negate));
    assert(error.includes("exit status 3") && !error.includes("not met"), error);
    assert((await errors(condition("none", "", negate)))[0].includes("Cannot start sh"));
    assert((await errors(condition("x", "re:(", negate)))[0].includes("Invalid regular expression"));
  }
});
