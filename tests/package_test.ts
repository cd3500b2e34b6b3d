/** The package as others see it: everything public is documented and has types of its own, and it can be published. */
import { assert } from "./assert.ts";

const ROOT = new URL("../", import.meta.url);

async function deno(...args: readonly string[]): Promise<{ success: boolean; text: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

const { exports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));

Deno.test("package: everything public is documented", async () => {
  const { success, text } = await deno("doc", "--lint", ...Object.values<string>(exports));
  assert(success, text);
});

Deno.test("package: it can be published, without slow types", async () => {
  const { success, text } = await deno("publish", "--dry-run", "--allow-dirty", "--no-check");
  assert(success, text);
  assert(!/slow-type|missing-explicit/.test(text), text);
});
