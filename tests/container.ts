/** The container that `deploy/` describes, made of the compiled program that `COMPILED` names, on a real engine. */
import { assert, assertEquals, assertMatch } from "./assert.ts";
import { type NeedingTest, testNeeding } from "./needs.ts";
import { docker, ensureEngine } from "./support/docker.ts";
import { until } from "./support/home.ts";
import { buildImage, IMAGE } from "./support/image.ts";

const PROGRAM = Deno.env.get("COMPILED") ?? "";
const DAG =
  "steps:\n  - name: work\n    command: (sleep 0.2 &); echo done by $(id -u); exit ${CODE}\nparams: [{ CODE: 0 }]\n";

let image: Promise<string> | null = null;
const made: string[] = [];
let numbers = 0;

/** Starts a container in the background, with its own volume; it is removed at the end. */
async function run(args: readonly string[], command: readonly string[] = []): Promise<string> {
  const name = `dagu-test-${Deno.pid}-${++numbers}`;
  made.push(name);
  await docker("run", "--detach", "--name", name, ...args, await image!, ...command);
  return name;
}

async function healthy(name: string): Promise<void> {
  let last = "";
  await until(
    async () => {
      last = await docker("inspect", "--format", "{{.State.Health.Status}} {{.State.Status}}", name);
      assert(!last.endsWith("exited"), `${name} has ended:\n${await logs(name)}`);
      return last.startsWith("healthy");
    },
    `the health of ${name}`,
    () => last,
  );
}

async function logs(name: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("docker", { args: ["logs", name] }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

function containerTest(test: Omit<NeedingTest, "needs"> & Partial<NeedingTest>): void {
  testNeeding({
    name: `container: ${test.name}`,
    needs: ["docker", ...test.needs ?? []],
    fn: async (context) => {
      assert(PROGRAM !== "", "COMPILED does not name the program");
      await ensureEngine();
      await (image ??= buildImage(PROGRAM));
      try {
        await test.fn(context);
      } finally {
        for (const name of made.splice(0)) await docker("rm", "--force", "--volumes", name);
      }
    },
  });
}

const QUICK = ["--health-interval", "1s", "--network", "none"];

containerTest({
  name: "not root, well, without zombies, and ends in good order",
  fn: async () => {
    const name = await run(QUICK);
    await healthy(name);
    const inside = (text: string) => docker("exec", name, "sh", "-c", text);
    assertEquals(await inside("id -u; stat -c '%a %u' /var/lib/dagu"), "10001\n700 10001");
    await inside(`mkdir -p dags && printf '%s' '${DAG}' > dags/job.yaml`);
    assertMatch(await inside("dagu start --quiet job && dagu logs job"), /done by 10001/);
    // Handed down to process 1 when the shells above them end.
    await inside("for i in 1 2 3 4 5; do (sh -c 'sleep 0.2; exit 3' &); done");
    const left = () => inside("grep -l -E '^(State:.Z|Name:.sleep)' /proc/[0-9]*/status 2>/dev/null; true");
    await until(async () => await left() === "", "the end of what steps left");
    await docker("stop", "--time", "30", name);
    assertEquals(await docker("inspect", "--format", "{{.State.ExitCode}}", name), "0");
    assertMatch(await logs(name), /Scheduler ended[^]*Server ended/);
  },
});

containerTest({
  name: "one run, started from outside on a schedule: the exit code is that of the run",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.chmod(folder, 0o755);
      await Deno.writeTextFile(`${folder}/job.yaml`, DAG, { mode: 0o644 });
      const mount = ["--network", "none", "--volume", `${folder}:/dags:ro`];
      for (const code of ["0", "1"]) {
        const name = await run(mount, ["start", "/dags/job.yaml", "--", `CODE=${code}`]);
        assertEquals(await docker("wait", name), code, await logs(name));
        assertMatch(await logs(name), /done by 10001/);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** The file as it stands, but for an image that is there already and a port that nobody has. */
function composeFile(): string {
  const text = Deno.readTextFileSync(new URL("../deploy/compose.yaml", import.meta.url));
  const replaced = text.replace("image: dagu\n", `image: ${IMAGE}\n`).replace(":8080:8080\n", "::8080\n");
  assert(replaced.includes(IMAGE) && replaced.includes("127.0.0.1::8080"));
  return replaced;
}

containerTest({
  name: "the services of compose.yaml work together",
  needs: ["docker-compose"],
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const project = `dagu-test-${Deno.pid}`;
    const compose = async (...args: string[]): Promise<string> => {
      const { success, stdout, stderr } = await new Deno.Command("docker-compose", {
        args: ["--file", `${folder}/compose.yaml`, "--project-name", project, ...args],
        stdin: "null",
      }).output();
      if (!success) throw new Error(new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    };
    const inside = (service: string, text: string) => compose("exec", "-T", service, "sh", "-c", text);
    try {
      await Deno.writeTextFile(`${folder}/compose.yaml`, composeFile());
      try {
        await compose("up", "--detach", "--no-build");
      } catch (error) {
        // An engine that was started without networks says so; there is nothing to test then.
        assertMatch((error as Error).message, /bridge|iptables|network/i);
        console.log("container: compose.yaml not tested: this engine has no networks");
        return;
      }
      for (const place of ["one", "two"]) {
        const dag = `workerSelector: { place: ${place} }\\nsteps:\\n  - echo at $(hostname)\\n`;
        await inside("server", `mkdir -p dags && printf '${dag}' > dags/at-${place}.yaml`);
        await inside("server", `dagu enqueue at-${place}`);
      }
      for (const [place, worker] of [["one", "worker-1"], ["two", "worker-2"]] as const) {
        const host = await inside(worker, "hostname");
        await until(
          async () => (await inside("server", `dagu logs at-${place} 2>&1; true`)).includes(`at ${host}`),
          `the run on ${worker}`,
        );
      }
      for (const id of (await compose("ps", "--quiet")).split("\n")) {
        const [name, code] = (await docker("inspect", "--format", "{{.Name}} {{.State.ExitCode}}", id)).split(
          " ",
        );
        if (name!.includes("certs")) assertEquals(code, "0");
        else await healthy(id);
      }
    } catch (error) {
      throw new Error(await compose("logs", "--tail", "40").catch(() => "no logs"), { cause: error });
    } finally {
      await compose("down", "--volumes").catch(() => {});
      await Deno.remove(folder, { recursive: true });
    }
  },
});
