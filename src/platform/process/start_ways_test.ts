/** Programs end and say the same whether the C library or a shell starts them. */
import { assert, assertEquals } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { type ProcessRequest, startToFiles } from "./processes.ts";

/** With a limit it is a shell that starts a program. */
const BY_SHELL = 4000;
const ENV = { PATH: "/usr/bin:/bin" };

const sh = (text: string): Partial<ProcessRequest> => ({ program: "sh", args: ["-c", text] });

const CASES: Readonly<Record<string, Partial<ProcessRequest>>> = {
  "a script": { program: "./script", args: ["a b", ""] },
  "a script in the PATH": { program: "script", env: { PATH: "HERE:/usr/bin:/bin" } },
  "a script without an interpreter": { program: "./bare", args: ["a"] },
  "a script without its interpreter": { program: "./orphan" },
  "a script with ends of lines of Windows": { program: "./windows" },
  "an empty file": { program: "./empty" },
  "a program of no machine": { program: "./foreign" },
  "a folder": { program: "./folder" },
  "a link to itself": { program: "./loop" },
  "an argument that is too long": { program: "echo", args: ["x".repeat(140_000)] },
  "arguments that are too many": { program: "echo", args: Array(40).fill("y".repeat(100_000)) },
  "a value that is too long": { program: "true", env: { ...ENV, LONG: "x".repeat(140_000) } },
  "no working folder": { program: "true", cwd: "/no/such" },
  "a file as working folder": { program: "true", cwd: "/etc/passwd" },
  "a zero in an argument": { program: "echo", args: ["a\0b"] },
  "half a character": { program: "echo", args: ["a\ud800b"] },
  "no PATH": { ...sh('echo "$0 $PATH"'), env: {} },
  "names that no shell knows": { program: "env", env: { ...ENV, "a.b": "c", "f%%": "() { :; }" } },
  "exit code 255": sh("exit 255"),
  "a signal": sh("kill -SEGV $$"),
  "a real-time signal": sh("kill -40 $$"),
  "no terminal": sh("tty; (: </dev/tty) 2>&1"),
  "what is ignored and held back": {
    program: "grep",
    args: ["-E", "^Sig(Ign|Blk)", "/proc/self/status"],
  },
  "a busy file": { program: "./busy" },
};

function place(): string {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  const file = (name: string, text: string) =>
    Deno.writeTextFileSync(`${folder}/${name}`, text, { mode: 0o700 });
  file("script", '#!/bin/sh\nprintf "<%s>" "$@"\necho "$0" >&2\n');
  file("bare", 'echo "$0 $1"\n');
  file("orphan", "#!/no/such/program\n");
  file("windows", "#!/bin/sh\r\necho\r\n");
  file("empty", "");
  file("foreign", "\x7fELF\x02\x01\x01\0\x09\x09");
  file("busy", "#!/bin/sh\n");
  Deno.mkdirSync(`${folder}/folder`);
  Deno.symlinkSync("loop", `${folder}/loop`);
  return folder;
}

async function outcome(
  folder: string,
  more: Partial<ProcessRequest>,
  maxProcesses: number,
): Promise<unknown> {
  const files = { stdout: `${folder}/stdout`, stderr: `${folder}/stderr` };
  for (const path of Object.values(files)) Deno.writeTextFileSync(path, "");
  const request = { program: "", args: [], env: ENV, cwd: folder, ...more };
  const env = Object.fromEntries(
    Object.entries(request.env).map(([name, value]) => [name, value.replace("HERE", folder)]),
  );
  try {
    const end = await startToFiles({ ...request, env, maxProcesses }, files).ended;
    return {
      ...end,
      stdout: Deno.readTextFileSync(files.stdout),
      stderr: Deno.readTextFileSync(files.stderr),
    };
  } catch (error) {
    assert(error instanceof DaguError);
    return { refused: error.message, exitCode: error.exitCode };
  }
}

Deno.test({
  name: "a program that is started natively ends and says what it does when a shell starts it",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const folder = place();
    using _ = Deno.openSync(`${folder}/busy`, { write: true });
    for (const [name, request] of Object.entries(CASES)) {
      const natively = await outcome(folder, request, 0);
      assertEquals(natively, await outcome(folder, request, BY_SHELL), name);
    }
    Deno.removeSync(folder, { recursive: true });
  },
});
