import { assert, assertEquals } from "../../tests/assert.ts";
import { processStartTime } from "./identity.ts";
import { processesCarrying } from "./process_table.ts";
import { endLeftovers, tokenMark } from "./leftovers.ts";

const linux = Deno.build.os === "linux";

/** A program of ours in a process of its own; prints a JSON line when it has started what it should. */
async function agent(code: string): Promise<{ child: Deno.ChildProcess; said: Record<string, number[]> }> {
  const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { Guard } from ${here("./guard.ts")};
    import { startToFiles } from ${here("./processes.ts")};
    const run = (text, token) => startToFiles({
      program: "sh", args: ["-c", text], cwd: "/",
      env: { PATH: "/usr/bin:/bin", ...(token ? { DAGU_RUN_TOKEN: token } : {}) },
    }, { stdout: "/dev/null", stderr: "/dev/null" });
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
  return { child, said: JSON.parse(text.split("\n")[0]) };
}

async function kill(child: Deno.ChildProcess): Promise<void> {
  Deno.kill(child.pid, "SIGKILL");
  await child.status;
  await child.stdout.cancel();
}

async function goneWithin(ms: number, alive: () => boolean): Promise<number> {
  const start = performance.now();
  while (alive()) {
    if (performance.now() - start > ms) return Infinity;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - start;
}

/** A killed process may stay as a zombie until the first process of the system fetches it. */
const runs = (pid: number) => processStartTime(pid) !== "";

const token = () => crypto.randomUUID().replaceAll("-", "");

Deno.test({ name: "a killed agent leaves nothing running", ignore: !linux }, async () => {
  const mine = token();
  const others = token();
  const mark = JSON.stringify(tokenMark(mine));
  const { child, said } = await agent(`
    const guard = Guard.start(${mark});
    const other = run("exec sleep 60", "${others}");
    const started = [
      run("sleep 60 & sleep 60", "${mine}"),
      run("setsid sleep 60 & setsid -f sleep 60; sleep 60", "${mine}"),
      run("trap '' TERM; sleep 60; sleep 60", "${mine}"),
    ];
    for (const one of started) guard.add(one.pid);
    const finished = run("true", "${mine}");
    guard.add(finished.pid);
    await finished.ended;
    guard.remove(finished.pid);
    run("sleep 60", "${mine}"); // Not reported: it was being started when the agent died.
    const clean = run("exec env -i /bin/sleep 60", "${mine}"); // Without a mark, but in a known group.
    guard.add(clean.pid);
    await wait(100);
    say({ other: [other.pid], clean: [clean.pid], guard: [guard.pid] });
    await wait(60_000);`);
  assert(processesCarrying([tokenMark(mine)]).length >= 6);
  await kill(child);
  const took = await goneWithin(
    5000,
    () =>
      processesCarrying([tokenMark(mine)]).length > 0 || runs(said.clean[0]) ||
      runs(said.guard[0]),
  );
  assert(runs(said.other[0]), "the processes of another run are left alone");
  assertEquals(await endLeftovers([said.other[0]], others), 1);
  assert(took < 1500, `gone after ${took} ms`);
});

Deno.test({ name: "after a normal end the guard ends nothing", ignore: !linux }, async () => {
  const mine = token();
  const { child, said } = await agent(`
    const guard = Guard.start(${JSON.stringify(tokenMark(mine))});
    const daemon = run("exec sleep 60", "${mine}");
    guard.add(daemon.pid);
    guard.addMark("DAGU_RUN_TOKEN=unused");
    await guard.done();
    await wait(50);
    say({ daemon: [daemon.pid], guard: [guard.pid] });
    Deno.exit(0);`);
  await child.status;
  await child.stdout.cancel();
  assert(await goneWithin(5000, () => runs(said.guard[0])) < 5000);
  assert(runs(said.daemon[0]));
  assertEquals(await endLeftovers([said.daemon[0]], mine), 1);
  assertEquals(runs(said.daemon[0]), false);
});

Deno.test({ name: "a sub-run's mark that came later is guarded too", ignore: !linux }, async () => {
  const [mine, sub] = [token(), token()];
  const { child } = await agent(`
    const guard = Guard.start(${JSON.stringify(tokenMark(mine))});
    guard.addMark(${JSON.stringify(tokenMark(sub))});
    run("setsid sleep 60; true", "${sub}");
    await wait(100);
    say({});
    await wait(60_000);`);
  assert(processesCarrying([tokenMark(sub)]).length > 0);
  await kill(child);
  assert(await goneWithin(5000, () => processesCarrying([tokenMark(sub)]).length > 0) < 1500);
});

Deno.test({ name: "the guard survives signals that are meant for the others", ignore: !linux }, async () => {
  const mine = token();
  const { child, said } = await agent(`
    const guard = Guard.start(${JSON.stringify(tokenMark(mine))});
    const one = run("sleep 60", "${mine}");
    await wait(100);
    say({ guard: [guard.pid], one: [one.pid] });
    await wait(60_000);`);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) Deno.kill(said.guard[0], signal);
  await kill(child);
  assert(await goneWithin(5000, () => runs(said.one[0])) < 1500);
});
