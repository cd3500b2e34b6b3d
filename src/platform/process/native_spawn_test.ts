import { assert, assertEquals, assertThrows } from "../../../tests/assert.ts";
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

const MODULE = JSON.stringify(new URL("./native_spawn.ts", import.meta.url).href);

/** What a program of ours prints in a process of its own. `wrapper` stands before its command line. */
async function output(
  program: string,
  flags: readonly string[],
  wrapper: readonly string[] = [],
): Promise<string> {
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    Deno.writeTextFileSync(file, program);
    const command = [...wrapper, Deno.execPath(), "run", "--no-check", ...flags, file];
    const { stdout } = await new Deno.Command(command[0]!, { args: command.slice(1), stderr: "inherit" })
      .output();
    return new TextDecoder().decode(stdout);
  } finally {
    Deno.removeSync(file);
  }
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

test("what is ignored on purpose stays so, and nothing else", async () => {
  const program = `
    const { nativeSpawn } = await import(${MODULE});
    const out = Deno.makeTempFileSync();
    const argv = ["sh", "-c", "grep SigIgn /proc/self/status"];
    await nativeSpawn({ ...${JSON.stringify(request(""))}, argv, stdout: out }).ended();
    console.log(Deno.readTextFileSync(out));
    Deno.removeSync(out);`;
  const ignored = /SigIgn:\t(\w+)/.exec(
    await output(program, ["-A"], ["env", "--ignore-signal=TSTP,XFSZ"]),
  )?.[1];
  const numbers = Array.from({ length: 64 }, (_, i) => i + 1)
    .filter((signal) => BigInt(`0x${ignored}`) >> BigInt(signal - 1) & 1n);
  // The last two are the C library's own.
  assertEquals(numbers, [20, 32, 33]);
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

test("a path may be seen from the working folder, and is the name of a script", async () => {
  const dir = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${dir}/script`, '#!/bin/sh\necho "$0"\n', { mode: 0o700 });
  const { stdout } = await run("", { path: "./script", argv: ["other"], cwd: dir });
  assertEquals(stdout, "./script\n");
  Deno.removeSync(dir, { recursive: true });
});

test("others have their turn while small programs follow each other", async () => {
  const program = `
    const { nativeSpawn } = await import(${MODULE});
    let turns = 0;
    AbortSignal.timeout(1).addEventListener("abort", () => turns++);
    for (let i = 0; i < 100; i++) {
      await nativeSpawn(${JSON.stringify(request(""))}).ended();
      if (turns > 0) break;
    }
    console.log(turns);`;
  assertEquals(await output(program, ["-A"]), "1\n");
});

test("of those that nobody asks about none stays in the table of processes", async () => {
  const { pid } = nativeSpawn(request("exit 0"))!;
  const stat = () => Deno.readTextFileSync(`/proc/${pid}/stat`);
  while (!stat().includes(") Z ")) await new Promise((resolve) => setTimeout(resolve, 5));
  await run("exit 0");
  assertThrows(stat, Deno.errors.NotFound);
});

test("exit codes are known also where the ends of children were ignored before", async () => {
  const codes = Array.from({ length: 40 }, (_, i) => i + 1);
  const program = `
    const { nativeSpawn } = await import(${MODULE});
    const request = ${JSON.stringify(request(""))};
    const run = (code) => nativeSpawn({ ...request, argv: ["sh", "-c", "exit " + code] });
    const busy = () => { for (const end = performance.now() + 5; performance.now() < end;); };
    const codes = [];
    for (const code of ${JSON.stringify(codes)}) {
      const child = run(code);
      busy();
      codes.push(await child.ended() >> 8);
    }
    console.log(JSON.stringify(codes));`;
  assertEquals(JSON.parse(await output(program, ["-A"], ["env", "--ignore-signal=CHLD"])), codes);
});

test("a right that was not given is not asked for, and nothing is started then", async () => {
  const program = `
    Deno.dlopen = () => console.log("asked");
    const { nativeSpawn, nativePipe } = await import(${MODULE});
    console.log(nativeSpawn(${JSON.stringify(request("exit 0"))}), nativePipe());`;
  assertEquals(await output(program, ["--allow-read", "--allow-run"]), "null null\n");
});

test("there is no pipe where descriptors cannot be looked at, and nothing stays open", async () => {
  const program = `
    const { nativePipe } = await import(${MODULE});
    Deno.openSync = () => { throw new Deno.errors.PermissionDenied(); };
    const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
    nativePipe();
    const before = open();
    console.log(nativePipe(), open() - before);`;
  assertEquals(await output(program, ["-A"]), "null 0\n");
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
