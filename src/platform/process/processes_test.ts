import { assert, assertEquals, assertThrows } from "../../../tests/assert.ts";
import { DaguError } from "../../core/errors.ts";
import { processStat } from "./identity.ts";
import { basename } from "../files/path.ts";
import { groupMembers } from "./process_table.ts";
import { type ProcessRequest, signalGroup, startPiped, startToFiles } from "./processes.ts";

const PATH = "/usr/local/bin:/usr/bin:/bin";

interface Place {
  readonly folder: string;
  readonly out: string;
  readonly err: string;
}

function inPlace(run: (place: Place) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = Deno.realPathSync(Deno.makeTempDirSync());
    try {
      await run({ folder, out: `${folder}/it's out`, err: `${folder}/$(err)` });
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

function shell(place: Place, text: string, env: Record<string, string> = {}): ProcessRequest {
  return { program: "sh", args: ["-c", text], env: { PATH, PWD: place.folder, ...env }, cwd: place.folder };
}

const toFiles = (place: Place, request: ProcessRequest) =>
  startToFiles(request, { stdout: place.out, stderr: place.err });

const read = (path: string) => Deno.readTextFileSync(path);

async function lineFrom(place: Place, path = place.out): Promise<string> {
  const watcher = Deno.watchFs(place.folder);
  try {
    const text = () => {
      try {
        return read(path);
      } catch {
        return "";
      }
    };
    if (text().endsWith("\n")) return text().trim();
    for await (const _ of watcher) if (text().endsWith("\n")) return text().trim();
    throw new Error("The watch ended");
  } finally {
    try {
      watcher.close();
    } catch {
      // The loop closed it.
    }
  }
}

Deno.test(
  "streams go to their files, appended, the exit code comes back",
  inPlace(async (place) => {
    for (const round of ["1", "2"]) {
      const end = await toFiles(
        place,
        shell(place, `echo out ${round}; echo err ${round} >&2; exit ${round}`),
      ).ended;
      assertEquals(end, { exitCode: Number(round), error: `exit status ${round}` });
    }
    assertEquals(read(place.out), "out 1\nout 2\n");
    assertEquals(read(place.err), "err 1\nerr 2\n");
    assertEquals(await toFiles(place, shell(place, "exit 0")).ended, { exitCode: 0, error: "" });
  }),
);

Deno.test(
  "a shared file keeps the order of the streams",
  inPlace(async (place) => {
    const request = shell(place, "for i in 1 2 3; do echo o$i; echo e$i >&2; done");
    await startToFiles(request, { stdout: place.out, stderr: place.out }).ended;
    assertEquals(read(place.out), "o1\ne1\no2\ne2\no3\ne3\n");
  }),
);

Deno.test(
  "the environment is exactly the given one, names that no shell knows included",
  inPlace(async (place) => {
    const env = { PATH, A: "a b\n'$(x)`y`", "1": "first", "a.b-c": "x=y", LANG: "C" };
    for (const given of [env, { ...env, PWD: place.folder }]) {
      Deno.writeTextFileSync(place.out, "");
      await toFiles(place, { program: "env", args: ["-0"], env: given, cwd: place.folder }).ended;
      const seen = read(place.out).split("\0").slice(0, -1).sort();
      assertEquals(seen, Object.entries(given).map(([name, value]) => `${name}=${value}`).sort());
    }
  }),
);

Deno.test(
  "arguments arrive byte for byte and the program keeps its name",
  inPlace(async (place) => {
    const args = ["", "-n", "a b", "'\"`$(touch x)", "*", "line\nline", "ü", "a\\"];
    const request = shell(place, 'printf "%s\\0" "$0" "$@"');
    await toFiles(place, { ...request, args: [...request.args, "name", ...args] }).ended;
    assertEquals(read(place.out).split("\0"), ["name", ...args, ""]);
    await toFiles(place, shell(place, "nosuch")).ended;
    assert(read(place.err).startsWith("sh: "), "the shell names itself as it was called");
  }),
);

Deno.test(
  "stdin is empty, the folder is the given one, links are not resolved",
  inPlace(async (place) => {
    Deno.mkdirSync(`${place.folder}/real`);
    Deno.symlinkSync("real", `${place.folder}/link`);
    const link = `${place.folder}/link`;
    await toFiles(place, { ...shell(place, "cat; pwd; pwd -P", { PWD: link }), cwd: link }).ended;
    assertEquals(read(place.out), `${link}\n${place.folder}/real\n`);
  }),
);

Deno.test(
  "a process has a group and session of its own",
  inPlace(async (place) => {
    const started = toFiles(place, shell(place, "echo $$; exec sleep 60"));
    assertEquals(await lineFrom(place), String(started.pid));
    if (Deno.build.os === "linux") {
      const stat = processStat(started.pid)!;
      assertEquals([stat.group, stat.session, stat.parent], [started.pid, started.pid, Deno.pid]);
    }
    started.signal("SIGKILL");
    assertEquals(await started.ended, { exitCode: 137, error: "signal: killed", bySignal: true });
    assertEquals(groupMembers(started.pid), []);
    assertEquals(signalGroup(started.pid, "SIGTERM"), false);
  }),
);

Deno.test(
  "a signal ends the whole group",
  inPlace(async (place) => {
    const started = toFiles(place, shell(place, "sleep 60 & (sleep 60; true) & echo ready; wait"));
    await lineFrom(place);
    started.signal("SIGTERM");
    assertEquals(await started.ended, { exitCode: 143, error: "signal: terminated", bySignal: true });
    while (groupMembers(started.pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }),
);

Deno.test(
  "a signal right after the start reaches a process that has no group yet",
  inPlace(async (place) => {
    for (let i = 0; i < 5; i++) {
      const started = toFiles(place, shell(place, "exec sleep 60"));
      started.signal("SIGTERM");
      assertEquals((await started.ended).error, "signal: terminated");
    }
  }),
);

Deno.test(
  "real-time signals have numbers",
  inPlace(async (place) => {
    const end = await toFiles(place, shell(place, "kill -34 $$; sleep 60")).ended;
    assertEquals(end, { exitCode: 162, error: "signal: signal 34", bySignal: true });
  }),
);

Deno.test(
  "what cannot be started is told in words",
  inPlace(async (place) => {
    const missing = { ...shell(place, ""), program: "no-such-program" };
    const error = assertThrows(() => toFiles(place, missing), DaguError, "executable file not found");
    assertEquals(error.exitCode, 127);
    const nowhere = { ...shell(place, ""), program: "/bin/sh", cwd: `${place.folder}/gone` };
    assertThrows(() => toFiles(place, nowhere), DaguError, `its working directory "${place.folder}/gone"`);
    assertThrows(() => startPiped(nowhere, async () => {}), DaguError, "does not exist");
    assertThrows(() => toFiles(place, shell(place, "a\0b")), DaguError, 'Cannot start "sh"');
    await Promise.resolve();
  }),
);

Deno.test(
  "a piped program delivers every byte in order, then ends",
  inPlace(async (place) => {
    const bytes = { stdout: 0, stderr: 0 };
    const request = shell(place, "head -c 3000000 /dev/zero; echo tail >&2; exit 4");
    const end = await startPiped(request, async (stream, chunk) => {
      await Promise.resolve();
      bytes[stream] += chunk.length;
    }).ended;
    assertEquals(end, { exitCode: 4, error: "exit status 4" });
    assertEquals(bytes, { stdout: 3000000, stderr: 5 });
  }),
);

Deno.test(
  "a slow sink slows the program down instead of filling the memory",
  inPlace(async (place) => {
    const gate = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    let seen = 0;
    const started = startPiped(shell(place, "head -c 2000000 /dev/zero; touch done"), async (_, chunk) => {
      seen += chunk.length;
      first.resolve();
      await gate.promise;
    });
    await first.promise;
    const waiting = seen;
    assert(waiting < 1_000_000);
    assertThrows(() => Deno.statSync(`${place.folder}/done`), Deno.errors.NotFound);
    gate.resolve();
    assertEquals((await started.ended).exitCode, 0);
    assertEquals(seen, 2000000);
  }),
);

Deno.test(
  "a limit of processes holds for the program and what it starts",
  inPlace(async (place) => {
    const shown = "awk '/^Max processes/ { print $3, $4 }' /proc/self/limits";
    for (const [maxProcesses, expected] of [[0, ""], [777, "777 777"]] as const) {
      const { exitCode } = await toFiles(place, { ...shell(place, shown), maxProcesses }).ended;
      assertEquals(exitCode, 0);
      const line = read(place.out).trim().split("\n").at(-1)!;
      assert(expected === "" ? line !== "777 777" : line === expected, line);
    }
  }),
);

Deno.test({
  name: "a background program that holds the pipe does not hold up the end",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: inPlace(async (place) => {
    let text = "";
    const started = startPiped(shell(place, "sleep 60 & echo said"), (_, chunk) => {
      text += new TextDecoder().decode(chunk);
      return Promise.resolve();
    });
    assertEquals(await started.ended, { exitCode: 0, error: "" });
    assertEquals(text, "said\n");
    assert(groupMembers(started.pid).length > 0);
    started.signal("SIGKILL");
    while (groupMembers(started.pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }),
});

Deno.test(
  "a piped program sees the given environment and a sink that throws does not stop it",
  inPlace(async (place) => {
    let calls = 0;
    const request = { program: "env", args: [], env: { PATH, "1": "x" }, cwd: place.folder };
    const end = await startPiped(request, () => {
      calls++;
      return Promise.reject(new Error("The disk is full"));
    }).ended;
    assertEquals(end.exitCode, 0);
    assert(calls > 0);
  }),
);

Deno.test(
  "a script sees the path that was given",
  inPlace(async (place) => {
    Deno.writeTextFileSync(`${place.folder}/script`, '#!/bin/sh\necho "$0"\n', { mode: 0o700 });
    for (const program of ["./script", `${place.folder}/../${basename(place.folder)}/script`]) {
      await toFiles(place, { ...shell(place, ""), program, args: [] }).ended;
      assertEquals(read(place.out), `${program}\n`);
      Deno.removeSync(place.out);
    }
  }),
);
