import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { command, StepBench } from "../../../tests/support/step_bench.ts";
import { SshHost } from "../../../tests/support/ssh_host.ts";
import { testSsh } from "../../../tests/support/ssh_step.ts";
import { GUEST_PASSWORD } from "../../../tests/support/sshd.ts";
import { SSH } from "./manifest.ts";

for (const method of ["password", "keyboard-interactive"] as const) {
  Deno.test(`ssh: a host that asks for a password by ${method}`, async () => {
    using host = await SshHost.start(method);
    using bench = new StepBench();
    const run = async (more: Record<string, unknown>) => {
      const config = { ...host.login, ...more };
      return await bench.run(SSH, { executor: { type: "ssh", config }, ...command("show 'a b' version") });
    };
    const { error, stdout, granted } = await run({});
    // As plain as can be, because not everything that takes commands is a shell.
    assertEquals([error, stdout], ["", "[show 'a b' version]"]);
    assertEquals(granted?.read, []);
    assertEquals(host.tried.includes(method), true);
    assertMatch((await run({ password: "wrong" })).error, /the host refused the password for user "u"$/);
  });
}

testSsh("a password at a real server", async (bench) => {
  const run = async (password: string) => await bench.ssh("id -u", { key: null, password }).result;
  const { error, stdout } = await run(GUEST_PASSWORD);
  assertEquals([error, stdout], ["", "64321\n"]);
  assertMatch((await run("wrong")).error, /the host refused the password for user "dagu-guest"$/);
}, { guest: true, config: ["PasswordAuthentication yes"] });
