import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { SystemCommands } from "./commands.ts";

const commands = new SystemCommands();
const env = { PATH: "/usr/bin:/bin", X: "two words" };

function shell(text: string, signal?: AbortSignal) {
  return commands.run({ program: "sh", args: ["-c", text], env, cwd: "/", ...(signal ? { signal } : {}) });
}

Deno.test("both streams and the exit code come back, stdin is empty", async () => {
  const result = await shell('cat; pwd; echo "$X ü"; echo bad >&2; exit 3');
  assertEquals(result, { exitCode: 3, stdout: "/\ntwo words ü\n", stderr: "bad\n" });
});

Deno.test("output is cut at 1 MiB and the program still ends", async () => {
  const result = await shell("head -c 3000000 /dev/zero | tr '\\0' x");
  assertEquals([result.exitCode, result.stdout.length], [0, 1 << 20]);
});

Deno.test("an abort ends the whole group", async () => {
  const stop = new AbortController();
  const running = shell("sleep 60 | cat", stop.signal);
  stop.abort();
  assertEquals((await running).exitCode, 137);
  assertEquals((await shell("sleep 60", stop.signal)).exitCode, 137);
});

Deno.test("a missing program is an error that names it", async () => {
  const error = await assertRejects(
    () => commands.run({ program: "nope", args: [], env, cwd: "" }),
    DaguError,
    'Cannot start "nope"',
  );
  assert(error.exitCode === 127);
});
