import { assertEquals } from "../../../../tests/assert.ts";
import { Scope } from "../../../eval/scope.ts";
import { expandText } from "../../../eval/text.ts";
import type { StepTask } from "../../../ports/executor.ts";
import { commandWords } from "./command_words.ts";

const VALUES = new Map([["X", "a b; $(id)"], ["J", '{"k": "v w"}']]);

async function words(text: string, args: string[] | null = null) {
  const variables = new Scope({ params: VALUES });
  const evaluate = (template: string) => expandText(template, variables, { os: { HOME: "/h" } });
  return await commandWords({ text, args }, { variables, evaluate } as unknown as StepTask);
}

Deno.test("words: values stay within their word, quotes do what they do in a shell", async () => {
  assertEquals((await words(`echo $X "\${X}!" plain '\\$X' "" \${HOME}`)).words, [
    "echo",
    "a b; $(id)",
    "a b; $(id)!",
    "plain",
    "\\a b; $(id)",
    "",
    "/h",
  ]);
});

Deno.test("words: a shell finds values in its environment", async () => {
  for (const shell of ["sh -c", "/bin/bash -ec", "busybox sh -c", "env A=1 sh -e -c", "timeout 5 bash -c"]) {
    const { words: all, env } = await words(`${shell} "echo $X $UNKNOWN"`);
    assertEquals(all.at(-1), "echo $X $UNKNOWN", shell);
    assertEquals(env, { X: VALUES.get("X") }, shell);
  }
  const path = await words("sh -c 'echo ${J.k}'");
  assertEquals(Object.values(path.env), ["v w"]);
  assertEquals(path.words[2]!.includes("J.k"), false);
});

Deno.test("words: what only looks like a shell's text is a word", async () => {
  assertEquals((await words("sh file.sh -c $X")).words, ["sh", "file.sh", "-c", "a b; $(id)"]);
  assertEquals((await words("echo sh -c $X")).words, ["echo", "sh", "-c", "a b; $(id)"]);
});

Deno.test("words: arguments that were given apart are passed on as they are", async () => {
  assertEquals((await words("echo", ["$X", "b c"])).words, ["echo", "$X", "b c"]);
});
