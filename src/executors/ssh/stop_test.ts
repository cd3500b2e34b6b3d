import { assertEquals } from "../../../tests/assert.ts";
import { until } from "../../../tests/support/home.ts";
import { command, StepBench } from "../../../tests/support/step_bench.ts";
import {
  end,
  endOf,
  gone,
  nap,
  processes,
  processesWith,
  running,
  SHELL,
  testSsh,
} from "../../../tests/support/ssh_step.ts";
import { SSH } from "./manifest.ts";

// A server passes signals on, but not to commands of root.
for (const guest of [false, true]) {
  const of = guest ? ", of another user than root" : "";
  testSsh(`a stop ends the command at the other side${of}`, async (bench) => {
    const long = nap();
    const step = bench.ssh(long);
    await running(long);
    step.signal("SIGTERM");
    assertEquals(await endOf(step), [143, "signal: terminated"]);
    await gone(long);
    const background = nap();
    const other = bench.ssh(`trap "exit 9" USR1; ${background} & wait`, SHELL);
    await running(background);
    other.signal("SIGUSR1");
    assertEquals(await endOf(other), [9, "exit status 9"]);
  }, { guest });

  testSsh(
    `a stop reaches a program that becomes another one, and one of several that look the same${of}`,
    async (bench) => {
      const [long, same] = [nap(), nap()];
      const bystander = bench.ssh("sleep 61");
      const other = bench.ssh(`env A=1 ${long}`);
      await running(long);
      other.signal("SIGTERM");
      assertEquals(await endOf(other), [143, "signal: terminated"]);
      const twins = [bench.ssh(same), bench.ssh(same), bench.ssh(same)];
      await until(() => processes(same).length === 3, "all of them");
      twins[1]!.signal("SIGKILL");
      assertEquals(await endOf(twins[1]!), [137, "signal: killed"]);
      await until(() => processes(same).length === 2, "the end of one");
      for (const step of [twins[0]!, twins[2]!, bystander]) {
        step.signal("SIGTERM");
        assertEquals(await endOf(step), [143, "signal: terminated"]);
      }
      await gone(same);
    },
    { guest },
  );

  testSsh(`a kill ends what does not want to end, and nothing else${of}`, async (bench, sshd) => {
    const bystander = bench.ssh("sh -c 'sleep 2; echo done'");
    const long = nap();
    const step = bench.ssh(`trap "" TERM; while :; do ${long}; done`, SHELL);
    await running(long);
    step.signal("SIGTERM");
    step.signal("SIGKILL");
    assertEquals(await endOf(step), [137, "signal: killed"]);
    await gone(long);
    const { error, stdout } = await bystander.result;
    assertEquals([error, stdout], ["", "done\n"]);
    assertEquals(sshd.connections, 1);
  }, { guest });

  testSsh(`a kill reaches what has outlived its login shell${of}`, async (bench) => {
    const long = nap();
    // The words are what is told apart: a shell of its own would know the command by more.
    const step = bench.ssh(`sh -c "trap '' TERM; while :; do ${long}; done"`);
    await running(long);
    step.signal("SIGTERM");
    await until(() => processesWith(long).length === 2, "the end of the login shell");
    step.signal("SIGKILL");
    await step.done;
    await gone(long);
  }, { guest });
}

testSsh("a kill of a command at a host that does not answer any more", async (bench, sshd) => {
  const long = nap();
  const heard = Promise.withResolvers<void>();
  const step = bench.ssh(`echo begun; ${long}`, SHELL, { onOutput: () => heard.resolve() });
  // A command that is not known to have begun ends with the first signal.
  await heard.promise;
  await running(long);
  sshd.cutConnections("SIGSTOP");
  step.signal("SIGTERM");
  step.signal("SIGKILL");
  assertEquals(await endOf(step), [137, "signal: killed"]);
  sshd.cutConnections();
  end(long);
});

Deno.test("ssh: a stop while the host is being connected to", async () => {
  using bench = new StepBench();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String((silent.addr as Deno.NetAddr).port);
  const config = { host: "127.0.0.1", port, user: "u", password: "p", strictHostKey: false };
  const step = bench.start(SSH, { executor: { type: "ssh", config }, ...command("true") });
  using connection = await silent.accept();
  step.signal("SIGTERM");
  assertEquals(await endOf(step), [143, "signal: terminated"]);
  await connection.write(new Uint8Array(0));
});
