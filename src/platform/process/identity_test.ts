import { assert, assertEquals } from "../../../tests/assert.ts";
import { bootId, hostName, isSameProcess, processExists, processStartTime, processStat } from "./identity.ts";

Deno.test("host and boot are the same on every look", () => {
  assert(hostName().length > 0);
  assertEquals(bootId(), bootId());
});

Deno.test("the own process is known by its start time", () => {
  const start = processStartTime(Deno.pid);
  assertEquals(isSameProcess(Deno.pid, start), true);
  if (Deno.build.os === "linux") {
    assert(/^\d+$/.test(start));
    assertEquals(isSameProcess(Deno.pid, "1"), false);
    assertEquals(processStat(Deno.pid)!.parent, Deno.ppid);
  }
  assertEquals(isSameProcess(0, ""), false);
});

Deno.test("a process that ended is not the same any more, whatever its name was", async () => {
  const folder = Deno.makeTempDirSync();
  const program = `${folder}/a) b (`;
  Deno.writeTextFileSync(program, "#!/bin/sh\nread _line\n", { mode: 0o700 });
  const child = new Deno.Command(program, { stdin: "piped" }).spawn();
  const start = processStartTime(child.pid);
  assertEquals(isSameProcess(child.pid, start), true);
  assert(processExists(child.pid));
  await child.stdin.close();
  await child.status;
  assertEquals(isSameProcess(child.pid, start), false);
  assertEquals(processStartTime(child.pid), "");
  assertEquals(processExists(child.pid), false);
  Deno.removeSync(folder, { recursive: true });
});
