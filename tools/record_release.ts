/**
 * Records a home as this version leaves it, into `tests/data/releases/<version>`. Run once for each release whose
 * files differ from those before; later versions have to read it (tests/e2e/releases_test.ts).
 */
import { VERSION } from "../src/core/version.ts";
import { ROOT } from "./deno_command.ts";

const DAGS: Readonly<Record<string, string>> = {
  good:
    "params: [{ DAY: monday }]\nsteps:\n  - name: one\n    command: echo $DAY\n    output: OUT\n  - name: two\n    command: echo got $OUT\n",
  bad:
    "type: graph\nsteps:\n  - name: fine\n    command: echo fine\n  - name: broken\n    command: test -e $DAGU_HOME/mended\n    depends: fine\n  - name: last\n    command: echo last\n    depends: broken\n",
  parent:
    "steps:\n  - name: child\n    call: kid\n    parallel: { items: [a, b] }\n    params: 'X=${ITEM}'\n---\nname: kid\nparams: [{ X: none }]\nsteps:\n  - name: say\n    command: echo $X\n",
  waits: "steps:\n  - name: ask\n    type: hitl\n  - name: after\n    command: echo after\n",
  later: "steps:\n  - name: only\n    command: echo later\n",
};

async function dagu(home: string, ...args: string[]): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${ROOT}cli.ts`, ...args],
    cwd: home,
    clearEnv: true,
    env: {
      PATH: "/usr/bin:/bin",
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      DAGU_HOME: home,
      HOME: home,
      USER: "recorder",
      TZ: "UTC",
      XDG_RUNTIME_DIR: "",
      SHELL: "/bin/sh",
    },
    stdout: "null",
    stderr: "null",
  }).output();
  console.log(args.join(" "), code);
}

const home = await Deno.makeTempDir({ prefix: "recorded-" });
try {
  await Deno.mkdir(`${home}/dags`);
  for (const [name, text] of Object.entries(DAGS)) {
    await Deno.writeTextFile(`${home}/dags/${name}.yaml`, `workingDir: /tmp\n${text}`);
  }
  await dagu(home, "init");
  await dagu(home, "start", "--run-id=good-1", "good", "--", "DAY=friday");
  await dagu(home, "start", "--run-id=bad-1", "bad");
  await dagu(home, "retry", "--run-id=bad-1", "bad");
  await dagu(home, "start", "--run-id=parent-1", "parent");
  await dagu(home, "start", "--run-id=waits-1", "waits");
  await dagu(home, "enqueue", "--run-id=later-1", "later");
  for (const name of ["cache", "sock", "index"]) {
    await Deno.remove(`${home}/data/${name}`, { recursive: true }).catch(() => {});
  }
  const target = `${ROOT}tests/data/releases/${VERSION}`;
  await Deno.mkdir(target, { recursive: true });
  const { success } = await new Deno.Command("tar", {
    args: [
      "-czf",
      `${target}/home.tar.gz`,
      "--sort=name",
      "--owner=0",
      "--group=0",
      "--exclude=.reserve",
      "-C",
      home,
      ".",
    ],
  }).output();
  console.log(target, success);
} finally {
  await Deno.remove(home, { recursive: true });
}
