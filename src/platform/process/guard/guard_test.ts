import { assert, assertEquals } from "../../../../tests/assert.ts";
import { until } from "../../../../tests/support/home.ts";
import { existsSync } from "../../files/files.ts";
import { processStartTime } from "../identity.ts";
import { processesCarrying } from "../process_table.ts";
import { endLeftovers, tokenMark } from "./leftovers.ts";

/** Of SIGTERM, which is number 15, in a mask of signals. */
const TERM_BIT = 1n << 14n;

const linux = Deno.build.os === "linux";

/** A program of ours in a process of its own; prints a JSON line when it has started what it should. */
async function agent(
  code: string,
): Promise<{ child: Deno.ChildProcess; said: Record<string, number[]>; file: string }> {
  const file = `${Deno.env.get("TMPDIR") ?? "/tmp"}/guarded-${crypto.randomUUID()}`;
  const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { Guard } from ${here("./guard.ts")};
    import { startToFiles } from ${here("../processes.ts")};
    const run = (text, token) => startToFiles({
      program: "sh", args: ["-c", text], cwd: "/",
      env: { PATH: "/usr/bin:/bin", ...(token ? { DAGU_RUN_TOKEN: token } : {}) },
    }, { stdout: "/dev/null", stderr: "/dev/null" });
    const file = ${JSON.stringify(file)};
    const say = (value) => console.log(JSON.stringify(value));
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${code}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const reader = child.stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The agent ended early: ${text}`);
    text += new TextDecoder().decode(value);
  }
  reader.releaseLock();
  return { child, said: JSON.parse(text.split("\n")[0]), file };
}

async function kill(child: Deno.ChildProcess): Promise<void> {
  Deno.kill(child.pid, "SIGKILL");
  await child.status;
  await child.stdout.cancel();
}

const carriers = (token: string) => processesCarrying([tokenMark(token)]).length;

/** A killed process may stay as a zombie until the first process of the system fetches it. */
const runs = (pid: number) => processStartTime(pid) !== "";

function ignoresTerm(pid: number): boolean {
  const [, ignored] = /^SigIgn:\t(\w+)$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))!;
  return (BigInt(`0x${ignored}`) & TERM_BIT) !== 0n;
}

const token = () => crypto.randomUUID().replaceAll("-", "");

Deno.test({ name: "a killed agent leaves nothing running", ignore: !linux }, async () => {
  const mine = token();
  const others = token();
  const mark = JSON.stringify(tokenMark(mine));
  const { child, said, file } = await agent(`
    const guard = Guard.start(${mark}, file);
    const other = run("exec sleep 300", "${others}");
    const started = [
      run("sleep 300 & sleep 300", "${mine}"),
      run("setsid sleep 300 & setsid -f sleep 300; sleep 300", "${mine}"),
      run("trap '' TERM; sleep 300; sleep 300", "${mine}"),
    ];
    for (const one of started) guard.add(one.pid);
    const finished = run("true", "${mine}");
    guard.add(finished.pid);
    await finished.ended;
    guard.remove(finished.pid);
    run("sleep 300", "${mine}"); // Not reported: it was being started when the agent died.
    const clean = run("exec env -i /bin/sleep 300", "${mine}"); // Without a mark, but in a known group.
    guard.add(clean.pid);
    say({ other: [other.pid], clean: [clean.pid], guard: [guard.pid] });
    await wait(300_000);`);
  await until(() => carriers(mine) >= 6, "the processes of the run");
  assert(existsSync(file));
  await kill(child);
  await until(() => carriers(mine) === 0 && !runs(said.clean[0]) && !runs(said.guard[0]), "their end");
  assert(runs(said.other[0]), "the processes of another run are left alone");
  assertEquals(existsSync(file), false, "the file of the groups goes with the guard");
  assertEquals(await endLeftovers([said.other[0]], others), 1);
});

Deno.test({ name: "after a normal end the guard ends nothing", ignore: !linux }, async () => {
  const mine = token();
  const { child, said, file } = await agent(`
    const guard = Guard.start(${JSON.stringify(tokenMark(mine))}, file);
    const daemon = run("exec sleep 300", "${mine}");
    guard.add(daemon.pid);
    guard.addMark("DAGU_RUN_TOKEN=unused");
    await guard.done();
    await wait(50);
    say({ daemon: [daemon.pid], guard: [guard.pid] });
    Deno.exit(0);`);
  await child.status;
  await child.stdout.cancel();
  await until(() => !runs(said.guard[0]), "the end of the guard");
  assert(runs(said.daemon[0]));
  assertEquals(existsSync(file), false);
  assertEquals(await endLeftovers([said.daemon[0]], mine), 1);
  assertEquals(runs(said.daemon[0]), false);
});

Deno.test({ name: "a sub-run's mark that came later is guarded too", ignore: !linux }, async () => {
  const [mine, sub] = [token(), token()];
  const { child } = await agent(`
    const guard = Guard.start(${JSON.stringify(tokenMark(mine))}, file);
    guard.addMark(${JSON.stringify(tokenMark(sub))});
    run("setsid sleep 300; true", "${sub}");
    say({});
    await wait(300_000);`);
  await until(() => carriers(sub) > 0, "the process of the sub-run");
  await kill(child);
  await until(() => carriers(sub) === 0, "its end");
});

Deno.test({ name: "the guard survives signals that are meant for the others", ignore: !linux }, async () => {
  const mine = token();
  const { child, said } = await agent(`
    const guard = Guard.start(${JSON.stringify(tokenMark(mine))}, file);
    const one = run("sleep 300", "${mine}");
    say({ guard: [guard.pid], one: [one.pid] });
    await wait(300_000);`);
  await until(() => ignoresTerm(said.guard[0]), "a guard that is at its work");
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) Deno.kill(said.guard[0], signal);
  await kill(child);
  await until(() => !runs(said.one[0]), "its end");
});
