import { assert, assertEquals } from "../../tests/assert.ts";
import { nativePipe, type NativeRequest, nativeSpawn } from "./native_spawn.ts";

const LINUX = Deno.build.os === "linux";

/** Runs a script of the shell natively. @returns its status and what it wrote */
async function run(
  script: string,
  more: Partial<NativeRequest> = {},
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const dir = Deno.makeTempDirSync();
  try {
    const [stdout, stderr] = [`${dir}/out`, `${dir}/err`] as const;
    const child = nativeSpawn({ ...request(script), stdout, stderr, ...more });
    assert(child !== null);
    const status = await child.ended();
    return { status, stdout: Deno.readTextFileSync(stdout), stderr: Deno.readTextFileSync(stderr) };
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

function request(script: string): NativeRequest {
  return {
    path: "/bin/sh",
    argv: ["shell", "-c", script],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    stdin: "/dev/null",
    stdout: "/dev/null",
    stderr: "/dev/null",
    umask: null,
  };
}

function test(name: string, body: () => Promise<void> | void): void {
  Deno.test({ name: `native spawn: ${name}`, ignore: !LINUX, fn: body, sanitizeOps: false });
}

test("streams, working folder, own name, and the environment as it was given", async () => {
  const env = { PATH: "/usr/bin:/bin", "not.a-name": "x y", EMPTY: "", PLAIN: "a=b\n'\"$(c)" };
  const { status, stdout, stderr } = await run(
    'echo "$0"; pwd; tr "\\0" "\\n" </proc/$$/environ; echo e >&2',
    {
      env,
      cwd: "/usr",
    },
  );
  assertEquals([status, stderr], [0, "e\n"]);
  assertEquals(stdout, "shell\n/usr\n" + Object.entries(env).map(([k, v]) => `${k}=${v}\n`).join(""));
});

test("a session and a group of its own", async () => {
  const { stdout } = await run("cut -d ' ' -f 1,5,6 /proc/$$/stat");
  const [pid, group, session] = stdout.trim().split(" ");
  assertEquals([group, session], [pid, pid]);
});

test("no descriptor but three, no signal held back, and that of closed pipes not ignored", async () => {
  const { stdout } = await run(
    "for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do [ ! -e /proc/$$/fd/$i ] || printf '%s ' $i; done; " +
      "grep -E 'Sig(Blk|Ign)' /proc/self/status",
  );
  const [, descriptors, held, ignored] = /^(.*) SigBlk:\t(\w+)\nSigIgn:\t(\w+)\n$/.exec(stdout) ?? [];
  assertEquals([descriptors, Number(`0x${held}`)], ["0 1 2", 0]);
  assertEquals(BigInt(`0x${ignored}`) & (1n << 12n), 0n);
});

test("exit codes and signals, also of many at once", async () => {
  const codes = await Promise.all(Array.from({ length: 30 }, (_, i) => run(`exit ${i}`)));
  assertEquals(codes.map(({ status }) => status >> 8), Array.from({ length: 30 }, (_, i) => i));
  assertEquals((await run("kill -9 $$")).status & 0x7f, 9);
});

test("output is appended, with the permissions that were asked for", async () => {
  const dir = Deno.makeTempDirSync();
  const file = `${dir}/both`;
  const mask = Deno.umask();
  for (const word of ["a", "b"]) {
    const both = { stdout: file, stderr: file, umask: 0o027 };
    await nativeSpawn({ ...request(`echo ${word}; echo ${word} >&2`), ...both })!.ended();
  }
  assertEquals(Deno.readTextFileSync(file), "a\na\nb\nb\n");
  assertEquals(Deno.statSync(file).mode! & 0o777, 0o640);
  assertEquals(Deno.umask(), mask);
  Deno.removeSync(dir, { recursive: true });
});

test("nothing is started of what cannot be", () => {
  const wrongs: readonly Partial<NativeRequest>[] = [
    { path: "/no/such/program" },
    { path: "/etc/passwd" },
    { cwd: "/no/such/folder" },
    { stdout: "/no/such/folder/file" },
    { argv: ["a", "zero\0inside"] },
    { env: { A: "zero\0inside" } },
    { env: { "": "x" } },
    { env: { "A=B": "x" } },
  ];
  for (const wrong of wrongs) {
    assertEquals(nativeSpawn({ ...request("exit 0"), ...wrong }), null, JSON.stringify(wrong));
  }
});

test("a pipe ends for its reader when it is closed here", async () => {
  const dir = Deno.makeTempDirSync();
  const pipe = nativePipe()!;
  const reader = nativeSpawn({ ...request("cat"), stdin: pipe.path, stdout: `${dir}/out` })!;
  // Holds nothing of the pipe, or the reader would wait for its end.
  const other = nativeSpawn(request("sleep 100"))!;
  pipe.handedOver();
  await pipe.input.write(new TextEncoder().encode("some words"));
  pipe.input.close();
  assertEquals(await reader.ended(), 0);
  assertEquals(Deno.readTextFileSync(`${dir}/out`), "some words");
  Deno.kill(other.pid, "SIGKILL");
  assertEquals(await other.ended(), 9);
  Deno.removeSync(dir, { recursive: true });
});
