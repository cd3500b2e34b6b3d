import { assert, assertEquals } from "../../../../tests/assert.ts";
import { endLeftovers, tokenMark } from "./leftovers.ts";
import { groupMembers, processesCarrying } from "../process_table.ts";
import { startToFiles } from "../processes.ts";

const NOWHERE = { stdout: "/dev/null", stderr: "/dev/null" };
const linux = Deno.build.os === "linux";

function run(text: string, token: string) {
  const env = { PATH: "/usr/bin:/bin", ...(token ? { DAGU_RUN_TOKEN: token } : {}) };
  return startToFiles({ program: "sh", args: ["-c", text], env, cwd: "/" }, NOWHERE);
}

/** Waits until every process of the token has become what it will be. */
async function carriers(token: string, count: number): Promise<void> {
  while (processesCarrying([tokenMark(token)]).length < count) await new Promise((r) => setTimeout(r, 2));
}

Deno.test(
  { name: "groups and strays of a token are ended, the stubborn ones too", ignore: !linux },
  async () => {
    const token = crypto.randomUUID();
    const started = [
      run("sleep 60 & sleep 60", token),
      run("trap '' TERM; setsid sleep 60 & sleep 60; sleep 60", token),
    ];
    await carriers(token, 6);
    assert(await endLeftovers([started[0].pid], token) >= 6);
    assertEquals(processesCarrying([tokenMark(token)]), []);
    for (const one of started) assert((await one.ended).error !== "");
    assertEquals(await endLeftovers([started[0].pid], token), 0);
  },
);

Deno.test({ name: "a recorded group without the token is somebody else's", ignore: !linux }, async () => {
  const stranger = run("exec sleep 60", "");
  assertEquals(await endLeftovers([stranger.pid], crypto.randomUUID()), 0);
  assertEquals(await endLeftovers([stranger.pid], ""), 0);
  assert(groupMembers(stranger.pid).length > 0);
  stranger.signal("SIGKILL");
  await stranger.ended;
});

Deno.test({ name: "a token that another one begins with is another one", ignore: !linux }, async () => {
  const token = crypto.randomUUID();
  const stranger = run("exec sleep 60", token + "x");
  await carriers(token + "x", 1);
  assertEquals(await endLeftovers([], token), 0);
  assertEquals(await endLeftovers([], token + "x"), 1);
  await stranger.ended;
});
